// DIV, feature diversity: mean number of features that two texts share, over all pairs; lower is more diverse.
// Li, Zhang & Chen, "Generate neural template explanations for recommendation", CIKM 2020. A mean over pairs: a row
// contributes twice its own mean, less the mean of all.

import { countFeatures } from "./fcr.ts";
import type { CorpusMetric } from "./metric.ts";
import type { TextRow } from "./text-row.ts";

export const div: CorpusMetric<TextRow> = {
  kind: "corpus",
  name: "div",
  higherIsBetter: false,
  hasCutOff: false,
  citation: "Li, Zhang & Chen, CIKM 2020",
  contributions(rows) {
    const counts = countFeatures(rows);
    const own = Float64Array.from(rows, ({ features }) => {
      const shared = features.said.reduce((sum, feature) => sum + counts.get(feature)! - 1, 0);
      return shared / (rows.length - 1);
    });
    const value = own.reduce((sum, v) => sum + v, 0) / rows.length;
    return own.map((v) => 2 * v - value);
  },
};
