// Mean rating of the user in train; the mean of all train ratings where the user has none. As a ranking it is a
// constant: every item ties.

import type { Baseline } from "./types.ts";

export const userMean: Baseline = {
  name: "user-mean",
  about: "mean rating of the user in train",
  kind: "trivial",
  tells: ["rating"],
  fit(train) {
    const means = meanRatings(train.user, train.userCount, train.rating);
    return {
      score: (user, items) => new Float64Array(items.length).fill(means[user]!),
      rate: (user) => means[user]!,
    };
  },
};

/**
 * Mean rating by key, for keys below `size`; keys without ratings get the mean of all ratings, which is 0 when there
 * is none. Unrated rows (NaN) count nowhere.
 */
export function meanRatings(keys: Int32Array, size: number, rating: Float64Array): Float64Array {
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
