// NDCG@k with binary gain: DCG@k = Σ 1/log2(position + 1) over relevant items, ÷ the DCG@k of the best order.
// Järvelin & Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002; ties averaged as in
// McSherry & Najork, "Computing information retrieval performance measures efficiently in the presence of tied scores",
// ECIR 2008 (scikit-learn's ndcg_score does the same).

import { discountSum, expectedGain, groupsWithin, type JudgedList } from "./judged-list.ts";
import type { RankMetric } from "./metric.ts";

export const ndcg: RankMetric = {
  kind: "rank",
  name: "ndcg",
  higherIsBetter: true,
  citation: "Järvelin & Kekäläinen, TOIS 2002; ties: McSherry & Najork, ECIR 2008",
  of: (list, k) => normalisedGain(list, k, () => 1),
};

/** DCG@k ÷ ideal DCG@k, each relevant item worth `worth(gain)`; 0 where nothing is relevant. */
export function normalisedGain(
  list: JudgedList,
  k: number,
  worth: (gain: number) => number,
): number {
  const ideal = list.ideal.reduce(
    (sum, gain, i) => (i < k ? sum + worth(gain) / Math.log2(i + 2) : sum),
    0,
  );
  if (ideal === 0) return 0;
  let sum = 0;
  for (const { size, gains, first, last } of groupsWithin(list, k)) {
    if (gains.length === 0) continue;
    sum += expectedGain({ size, gains: gains.map(worth) }) * discountSum(first, last);
  }
  return sum / ideal;
}
