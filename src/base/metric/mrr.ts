// MRR@k: 1 / rank of the first relevant item if rank <= k, else 0. With r relevant among `size` tied items, the first of
// them stands on place x of the group with chance C(size − x, r − 1) / C(size, r).
// Voorhees, "The TREC-8 question answering track report", 1999; ties as in ECIR 2008 (see ndcg.ts).

import { groupsWithin } from "./judged-list.ts";
import type { RankMetric } from "./metric.ts";

export const mrr: RankMetric = {
  kind: "rank",
  name: "mrr",
  higherIsBetter: true,
  citation: "Voorhees, TREC-8, 1999; ties: McSherry & Najork, ECIR 2008",
  of(list, k) {
    for (const { size, gains, first, last } of groupsWithin(list, k)) {
      if (gains.length === 0) continue;
      let sum = 0;
      let chance = gains.length / size;
      for (let position = first; position <= last; position++) {
        sum += chance / position;
        // From place x to x + 1: (size − x − r + 1) / (size − x).
        const x = position - first + 1;
        if (x < size) chance *= Math.max(0, size - x - gains.length + 1) / (size - x);
      }
      return sum;
    }
    return 0;
  },
};
