// Recall@k: relevant items within the first k ÷ all relevant items (with one relevant item the same as HR@k).
// RecBole divides likewise; LlamaRec and LRURec divide by min(k, relevant). Ties as in ECIR 2008 (see ndcg.ts).

import { groupsWithin, type JudgedList } from "./judged-list.ts";
import type { RankMetric } from "./metric.ts";

export const recall: RankMetric = {
  kind: "rank",
  name: "recall",
  higherIsBetter: true,
  citation: "van Rijsbergen, Information Retrieval, 1979; ties: McSherry & Najork, ECIR 2008",
  of: (list, k) => (list.ideal.length === 0 ? 0 : expectedHits(list, k) / list.ideal.length),
};

/** Expected number of relevant items within the first k. */
export function expectedHits(list: JudgedList, k: number): number {
  let hits = 0;
  for (const { size, gains, first, last } of groupsWithin(list, k))
    hits += (gains.length * (last - first + 1)) / size;
  return hits;
}
