// HR@k (with one relevant item also recall@k): 1 if rank <= k, else 0.
// Deshpande & Karypis, "Item-based top-N recommendation algorithms", TOIS 2004; ties as in ECIR 2008 (see ndcg.ts).

import { expectedGain, rankOf, type RankMetric } from "./metric.ts";

export const hitRate: RankMetric = {
  kind: "rank",
  name: "hr",
  higherIsBetter: true,
  citation: "Deshpande & Karypis, TOIS 2004; ties: McSherry & Najork, ECIR 2008",
  value: (scores, truth, k) => expectedGain(rankOf(scores, truth), k, () => 1),
};
