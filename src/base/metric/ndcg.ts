// NDCG@k with one relevant item: the ideal DCG is 1, so NDCG@k = 1 / log2(rank + 1) if rank <= k, else 0.
// Järvelin & Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002; ties averaged as in
// McSherry & Najork, "Computing information retrieval performance measures efficiently in the presence of tied scores",
// ECIR 2008 (scikit-learn's ndcg_score does the same).

import { expectedGain, rankOf, type RankMetric } from "./metric.ts";

export const ndcg: RankMetric = {
  kind: "rank",
  name: "ndcg",
  higherIsBetter: true,
  citation: "Järvelin & Kekäläinen, TOIS 2002; ties: McSherry & Najork, ECIR 2008",
  value: (scores, truth, k) =>
    expectedGain(rankOf(scores, truth), k, (position) => 1 / Math.log2(position + 1)),
};
