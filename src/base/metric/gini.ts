// Gini@k of how often each catalog item is listed: Σ (2 r − n − 1) x ÷ (n Σ x), items ascending by count x, r their rank;
// 0 all alike, near 1 a few items take all. Never listed items count. As RecBole's giniindex.
// Adomavicius & Kwon, "Improving aggregate recommendation diversity", TKDE 2012.

import { ratioContributions } from "./influence.ts";
import { exposureOf, type ListRow } from "./listed-items.ts";
import type { CorpusMetric } from "./metric.ts";

export const gini: CorpusMetric<ListRow> = {
  kind: "corpus",
  name: "gini",
  higherIsBetter: false,
  hasCutOff: true,
  citation: "Adomavicius & Kwon, TKDE 2012",
  contributions(rows) {
    const counts = exposureOf(rows);
    const n = counts.length;
    const order = Int32Array.from(counts.keys()).sort((a, b) => counts[a]! - counts[b]!);
    const weight = new Float64Array(n);
    for (let start = 0; start < n;) {
      let end = start;
      while (end < n && counts[order[end]!] === counts[order[start]!]) end++;
      // Ranks start + 1..end share their mean, so twice the rank is start + end + 1.
      for (let i = start; i < end; i++) weight[order[i]!] = start + end - n;
      start = end;
    }
    return ratioContributions(
      rows.map(({ items }) => items.reduce((sum, item) => sum + weight[item]!, 0)),
      rows.map(({ items }) => n * items.length),
    );
  },
};
