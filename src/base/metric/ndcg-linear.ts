// NDCG@k with linear gain: a relevant item is worth its grade. Järvelin & Kekäläinen, TOIS 2002; what ranx and trec_eval
// call ndcg. Ties as in ECIR 2008 (see ndcg.ts).

import type { RankMetric } from "./metric.ts";
import { normalisedGain } from "./ndcg.ts";

export const ndcgLinear: RankMetric = {
  kind: "rank",
  name: "ndcg-linear",
  higherIsBetter: true,
  citation: "Järvelin & Kekäläinen, TOIS 2002; ties: McSherry & Najork, ECIR 2008",
  of: (list, k) => normalisedGain(list, k, (gain) => gain),
};
