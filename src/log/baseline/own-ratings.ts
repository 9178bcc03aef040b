// What a user rated, as far as it may be known when a target is asked for: their train rows, and what came after train and
// before the target.

import { groupInOrder } from "./histories.ts";
import type { Asked, TrainData } from "./types.ts";

/** Ratings of one user, item by item; nothing unrated. */
export type OwnRatings = { items: number[]; ratings: number[] };

/** Gives the ratings of any user. */
export function makeOwnRatings(train: TrainData): (user: number, asked?: Asked) => OwnRatings {
  const rows = new Int32Array(train.user.length).map((_, row) => row);
  const { offsets, values } = groupInOrder(train.userCount, train.user, rows);
  return (user, asked) => {
    const own: OwnRatings = { items: [], ratings: [] };
    for (let v = offsets[user]!; v < offsets[user + 1]!; v++)
      add(own, train.item[values[v]!]!, train.rating[values[v]!]!);
    for (const { item, rating } of freshOf(asked)) add(own, item, rating);
    return own;
  };
}

/** What the user rated before the target that is not fitted; unrated rows are left out. */
export function* freshOf(asked: Asked | undefined): Generator<{ item: number; rating: number }> {
  if (asked === undefined) return;
  for (let i = 0; i < asked.history.length; i++)
    if (asked.isFitted[i] === 0 && !Number.isNaN(asked.ratings[i]!))
      yield { item: asked.history[i]!, rating: asked.ratings[i]! };
}

function add({ items, ratings }: OwnRatings, item: number, rating: number): void {
  if (Number.isNaN(rating)) return;
  items.push(item);
  ratings.push(rating);
}
