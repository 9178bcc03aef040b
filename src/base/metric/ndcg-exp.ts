// NDCG@k with exponential gain: a relevant item of grade g is worth 2^g − 1. Burges et al., "Learning to rank using
// gradient descent", ICML 2005; what ranx calls ndcg_burges. Ties as in ECIR 2008 (see ndcg.ts).

import type { RankMetric } from "./metric.ts";
import { normalisedGain } from "./ndcg.ts";

export const ndcgExp: RankMetric = {
  kind: "rank",
  name: "ndcg-exp",
  higherIsBetter: true,
  citation: "Burges et al., ICML 2005; ties: McSherry & Najork, ECIR 2008",
  of: (list, k) => normalisedGain(list, k, (gain) => 2 ** gain - 1),
};
