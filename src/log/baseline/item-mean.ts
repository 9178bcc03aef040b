// Mean rating of the item in train; the mean of all train ratings where the item has none.

import { scoreEach } from "./score-each.ts";
import type { Baseline } from "./types.ts";

export const itemMean: Baseline = {
  name: "item-mean",
  about: "mean rating of the item in train",
  kind: "trivial",
  tells: ["rating"],
  fit(train) {
    const means = meanRatings(train.item, train.itemCount, train.rating);
    return {
      score: (_user, items) => scoreEach(items, (item) => means[item]!),
      rate: (_user, item) => means[item]!,
    };
  },
};

/**
 * Mean rating by key, for keys below `size`; keys without ratings get the mean of all ratings, which is 0 when there
 * is none. Unrated rows (NaN) count nowhere.
 */
function meanRatings(keys: Int32Array, size: number, rating: Float64Array): Float64Array {
  const sums = new Float64Array(size);
  const counts = new Float64Array(size);
  let sum = 0;
  let count = 0;
  for (let r = 0; r < keys.length; r++) {
    const value = rating[r]!;
    if (Number.isNaN(value)) continue;
    sums[keys[r]!]! += value;
    counts[keys[r]!]!++;
    sum += value;
    count++;
  }
  const overall = count === 0 ? 0 : sum / count;
  return sums.map((s, key) => (counts[key] === 0 ? overall : s / counts[key]!));
}
