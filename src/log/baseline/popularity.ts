// Popularity: how often train holds the item (RecBole's Pop).

import type { Baseline, TrainData } from "./types.ts";

export const popularity: Baseline = {
  name: "popularity",
  about: "items by their number of train interactions",
  kind: "trivial",
  fit(train) {
    const counts = countItems(train);
    return { score: (_user, items) => Float64Array.from(items, (item) => counts[item]!) };
  },
};

/** Train interactions of each item. */
export function countItems(train: TrainData): Float64Array {
  const counts = new Float64Array(train.itemCount);
  for (const item of train.item) counts[item]!++;
  return counts;
}
