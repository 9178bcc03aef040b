// Precision@k: relevant items within the first k ÷ k, also where the list is shorter than k (as RecBole and trec_eval
// have it). van Rijsbergen, "Information Retrieval", 1979; ties as in ECIR 2008 (see ndcg.ts).

import type { RankMetric } from "./metric.ts";
import { expectedHits } from "./recall.ts";

export const precision: RankMetric = {
  kind: "rank",
  name: "precision",
  higherIsBetter: true,
  citation: "van Rijsbergen, Information Retrieval, 1979; ties: McSherry & Najork, ECIR 2008",
  of: (list, k) => expectedHits(list, k) / k,
};
