// Coverage@k: share of the catalog that stands in at least one list. A row contributes 1/(rows that list it) for each of
// its items, so the interval takes the other rows as given.
// Ge, Delgado-Battenfeld & Jannach, "Beyond accuracy: evaluating recommender systems by coverage and serendipity", RecSys 2010.

import { exposureOf, type ListRow } from "./listed-items.ts";
import type { CorpusMetric } from "./metric.ts";

export const coverage: CorpusMetric<ListRow> = {
  kind: "corpus",
  name: "coverage",
  higherIsBetter: true,
  hasCutOff: true,
  citation: "Ge et al., RecSys 2010",
  contributions(rows) {
    const counts = exposureOf(rows);
    return Float64Array.from(
      rows,
      ({ items }) =>
        (rows.length * items.reduce((sum, item) => sum + 1 / counts[item]!, 0)) / counts.length,
    );
  },
};
