// MAP@k as trec_eval (`map_cut`) and ranx have it: the sum of precisions at the relevant items within the first k ÷ all
// relevant items, so that a list of k can never reach 1 where more than k items are relevant.
// Buckley & Voorhees, "Retrieval system evaluation", in TREC, 2005; ties as in ECIR 2008 (see map.ts).

import { precisionSum } from "./map.ts";
import type { RankMetric } from "./metric.ts";

export const mapTrec: RankMetric = {
  kind: "rank",
  name: "map-trec",
  higherIsBetter: true,
  citation: "trec_eval map_cut; ties: McSherry & Najork, ECIR 2008",
  of: (list, k) => (list.ideal.length === 0 ? 0 : precisionSum(list, k) / list.ideal.length),
};
