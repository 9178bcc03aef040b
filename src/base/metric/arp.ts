// ARP@k, average recommendation popularity: mean number of train interactions of the listed items, a list at a time; the
// lower, the more novel. Lists without items are left out.
// Yin et al., "Challenging the long tail recommendation", VLDB 2012; RecBole's averagepopularity.

import { ratioContributions } from "./influence.ts";
import type { ListRow } from "./listed-items.ts";
import type { CorpusMetric } from "./metric.ts";

export const arp: CorpusMetric<ListRow> = {
  kind: "corpus",
  name: "arp",
  higherIsBetter: false,
  hasCutOff: true,
  citation: "Yin et al., VLDB 2012",
  contributions: (rows) =>
    ratioContributions(
      rows.map(({ items, facts }) => {
        const sum = items.reduce((total, item) => total + facts.trainCount[item]!, 0);
        return items.length === 0 ? 0 : sum / items.length;
      }),
      rows.map(({ items }) => Math.min(1, items.length)),
    ),
};
