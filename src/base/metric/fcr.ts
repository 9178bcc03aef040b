// FCR, feature coverage ratio: different features that all texts name ÷ features there are. A feature that c rows name
// contributes 1/c a row. Li, Zhang & Chen, "Generate neural template explanations for recommendation", CIKM 2020.

import type { CorpusMetric } from "./metric.ts";
import type { TextRow } from "./text-row.ts";

export const fcr: CorpusMetric<TextRow> = {
  kind: "corpus",
  name: "fcr",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Li, Zhang & Chen, CIKM 2020",
  contributions(rows) {
    const counts = countFeatures(rows);
    return Float64Array.from(rows, ({ features, featureCount }) => {
      const share = features.said.reduce((sum, feature) => sum + 1 / counts.get(feature)!, 0);
      return (share * rows.length) / featureCount;
    });
  },
};

/** How many texts name each feature. */
export function countFeatures(rows: readonly TextRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { features } of rows)
    for (const feature of features.said) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  return counts;
}
