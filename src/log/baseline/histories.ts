// What each user has done, in order: train rows, then what came after train and before the target.

import type { Fitted, TrainData } from "./types.ts";
import { scoreHistory, type ItemWeights } from "./item-weights.ts";

/** Rows of user u: values offsets[u] <= r < offsets[u + 1], oldest first. */
export type Histories = { offsets: Int32Array; items: Int32Array };

/** Groups items by user; rows of a user keep their order, those of later columns follow. */
export function groupByUser(
  userCount: number,
  ...columns: { user: Int32Array; item: Int32Array }[]
): Histories {
  const offsets = new Int32Array(userCount + 1);
  for (const { user } of columns) for (const u of user) offsets[u + 1]!++;
  for (let u = 0; u < userCount; u++) offsets[u + 1]! += offsets[u]!;
  const items = new Int32Array(offsets[userCount]!);
  const next = offsets.slice();
  for (const { user, item } of columns) {
    for (let r = 0; r < user.length; r++) items[next[user[r]!]!++] = item[r]!;
  }
  return { offsets, items };
}

/** A baseline of item-to-item weights: it scores with the user's whole history. */
export function fittedOf(train: TrainData, weights: ItemWeights): Fitted {
  const histories = groupByUser(train.userCount, train, ...(train.later ? [train.later] : []));
  return {
    score(user, items) {
      const own = histories.items.subarray(histories.offsets[user], histories.offsets[user + 1]);
      const scores = scoreHistory(weights, own);
      return Float64Array.from(items, (item) => scores[item]!);
    },
  };
}
