// MRR@k with one relevant item: 1 / rank if rank <= k, else 0.
// Voorhees, "The TREC-8 question answering track report", 1999; ties as in ECIR 2008 (see ndcg.ts).

import { expectedGain, rankOf, type RankMetric } from "./metric.ts";

export const mrr: RankMetric = {
  kind: "rank",
  name: "mrr",
  higherIsBetter: true,
  citation: "Voorhees, TREC-8, 1999; ties: McSherry & Najork, ECIR 2008",
  value: (scores, truth, k) => expectedGain(rankOf(scores, truth), k, (position) => 1 / position),
};
