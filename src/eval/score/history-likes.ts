// What a user had liked when an example happened: by what they rated before it, as the prompts of a dataset judge it (rated
// at or above the recipe's threshold, or their own mean over the shown history). Nothing later counts.

import type { Example } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";
import { makeRowsBefore } from "./rows-before.ts";

/** The items of an example's history that were liked, in its order; what has no rating was. */
export type HistoryLikes = (example: Example) => string[];

/** Reads likes from the interactions of the dataset that the examples are of. */
export function makeHistoryLikes(
  interactions: Interactions,
  { catalog, likedFrom }: { catalog: Catalog; likedFrom: number },
): HistoryLikes {
  const { item, rating } = interactions;
  const rowsBefore = makeRowsBefore(interactions);
  return (example) => {
    const { start, end } = rowsBefore(example);
    const before = new Map<number, number>();
    for (let r = start; r < end; r++) before.set(item[r]!, rating[r]!);
    const rated = example.history.map((id) => before.get(catalog.indexOf(id)) ?? Number.NaN);
    const known = rated.filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    return example.history.filter((_, i) => {
      const value = rated[i]!;
      return Number.isNaN(value) || value >= likedFrom || value >= mean;
    });
  };
}
