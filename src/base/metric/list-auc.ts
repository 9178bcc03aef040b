// AUC of one list: the share of (relevant, other) pairs in the right order, ties one half; 1/2 where there is no pair.
// Its mean over lists with one relevant item each is RecBole's GAUC (weighted by positives, from average ranks).
// Zhu et al., "Optimized cost per click in Taobao display advertising", KDD 2017.

import type { RankMetric } from "./metric.ts";

export const listAuc: RankMetric = {
  kind: "rank",
  name: "list-auc",
  higherIsBetter: true,
  needsWholeList: true,
  citation: "Zhu et al., KDD 2017 (GAUC); ties one half",
  of({ groups, ideal, size }) {
    if (ideal.length === 0 || groups.length === 0) return 0;
    const listed = groups.reduce((sum, { gains }) => sum + gains.length, 0);
    const others = size - listed;
    if (others === 0) return 0.5;
    let [above, pairs] = [0, 0];
    for (const group of groups) {
      const tied = group.size - group.gains.length;
      pairs += group.gains.length * (others - above - tied / 2);
      above += tied;
    }
    return pairs / (ideal.length * others);
  },
};
