// What a user had liked when an example happened: by what they rated before it, as the prompts of a dataset judge it (rated
// at or above the recipe's threshold, or their own mean over the shown history). Nothing later counts.

import type { Example } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";

/** The items of an example's history that were liked, in its order; what has no rating was. */
export type HistoryLikes = (example: Example) => string[];

/** Reads likes from the interactions of the dataset that the examples are of. */
export function makeHistoryLikes(
  { users, user, item, rating, row }: Interactions,
  { catalog, likedFrom }: { catalog: Catalog; likedFrom: number },
): HistoryLikes {
  const starts = new Map<string, number>();
  for (let r = 0; r < user.length; r++)
    if (r === 0 || user[r] !== user[r - 1]) starts.set(users[user[r]!]!, r);
  return (example) => {
    const start = starts.get(example.user);
    if (start === undefined) return example.history;
    // Rows are in total order: those before the example's own are what had happened.
    const before = new Map<number, number>();
    for (let r = start; user[r] === user[start] && row[r] !== example.row; r++)
      before.set(item[r]!, rating[r]!);
    const rated = example.history.map((id) => before.get(catalog.indexOf(id)) ?? Number.NaN);
    const known = rated.filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    return example.history.filter((_, i) => {
      const value = rated[i]!;
      return Number.isNaN(value) || value >= likedFrom || value >= mean;
    });
  };
}
