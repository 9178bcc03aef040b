// HR@k: 1 if any relevant item stands within the first k, else 0. With ties, the chance of that: in the group that the
// cut-off divides, 1 − C(size − r, s) / C(size, s) for r relevant items and s places.
// Deshpande & Karypis, "Item-based top-N recommendation algorithms", TOIS 2004; ties as in ECIR 2008 (see ndcg.ts).

import { groupsWithin } from "./judged-list.ts";
import type { RankMetric } from "./metric.ts";

export const hitRate: RankMetric = {
  kind: "rank",
  name: "hr",
  higherIsBetter: true,
  citation: "Deshpande & Karypis, TOIS 2004; ties: McSherry & Najork, ECIR 2008",
  of(list, k) {
    for (const { size, gains, first, last } of groupsWithin(list, k)) {
      if (gains.length === 0) continue;
      const places = last - first + 1;
      if (places === size) return 1;
      if (gains.length === 1) return places / size;
      let missed = 1;
      for (let i = 0; i < gains.length; i++) missed *= Math.max(0, size - places - i) / (size - i);
      return 1 - missed;
    }
    return 0;
  },
};
