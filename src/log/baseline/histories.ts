// What each user has done in train, in order, and scores from a history.

import { scoreEach } from "./score-each.ts";
import type { Fitted, TrainData } from "./types.ts";
import { scoreHistory, type ItemWeights } from "./item-weights.ts";

/** Rows of user u: values offsets[u] <= r < offsets[u + 1], oldest first. */
export type Histories = { offsets: Int32Array; items: Int32Array };

/** Groups items by user; rows of a user keep their order. */
export function groupByUser(
  userCount: number,
  { user, item }: { user: Int32Array; item: Int32Array },
): Histories {
  const { offsets, values } = groupInOrder(userCount, user, item);
  return { offsets, items: values };
}

/** Values by key: those of key k are values offsets[k] <= v < offsets[k + 1], in the order they came (a counting sort). */
export function groupInOrder(
  keyCount: number,
  keys: Int32Array,
  values: ArrayLike<number>,
): { offsets: Int32Array; values: Int32Array } {
  const offsets = new Int32Array(keyCount + 1);
  for (const key of keys) offsets[key + 1]!++;
  for (let k = 0; k < keyCount; k++) offsets[k + 1]! += offsets[k]!;
  const grouped = new Int32Array(keys.length);
  const next = offsets.slice();
  for (let r = 0; r < keys.length; r++) grouped[next[keys[r]!]!++] = values[r]!;
  return { offsets, values: grouped };
}

/** A baseline of item-to-item weights: it scores with the user's whole history. */
export function fittedOf(train: TrainData, weights: ItemWeights): Fitted {
  const { offsets, items: trained } = groupByUser(train.userCount, train);
  return {
    score(user, items, asked) {
      const own = asked?.history ?? trained.subarray(offsets[user], offsets[user + 1]);
      const scores = scoreHistory(weights, own);
      return scoreEach(items, (item) => scores[item]!);
    },
  };
}
