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
  const grouped = groupInOrder(
    userCount,
    columns.map(({ user, item }) => ({ keys: user, values: item })),
  );
  return { offsets: grouped.offsets, items: grouped.values };
}

/** Values by key: those of key k are values offsets[k] <= v < offsets[k + 1], in the order they came (a counting sort). */
export function groupInOrder(
  keyCount: number,
  columns: readonly { keys: Int32Array; values: ArrayLike<number> }[],
): { offsets: Int32Array; values: Int32Array } {
  const offsets = new Int32Array(keyCount + 1);
  for (const { keys } of columns) for (const key of keys) offsets[key + 1]!++;
  for (let k = 0; k < keyCount; k++) offsets[k + 1]! += offsets[k]!;
  const values = new Int32Array(offsets[keyCount]!);
  const next = offsets.slice();
  for (const column of columns) {
    const { keys } = column;
    for (let r = 0; r < keys.length; r++) values[next[keys[r]!]!++] = column.values[r]!;
  }
  return { offsets, values };
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
