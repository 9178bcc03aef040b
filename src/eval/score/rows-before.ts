// Which rows of a dataset's interactions an example's user has before its target: what had happened when it was asked, and
// all that a test prompt may show. A window shows the last of them.

import type { Example } from "../../dataset/task/types.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";

/** From `start` up to `end`, without it; an unknown user has none. */
export type RowsBefore = (example: Example) => { start: number; end: number };

/** Finds the rows in interactions of the dataset that the examples are of, whose rows are in total order. */
export function makeRowsBefore({ users, user, row }: Interactions): RowsBefore {
  const starts = new Map<string, number>();
  for (let r = 0; r < user.length; r++)
    if (r === 0 || user[r] !== user[r - 1]) starts.set(users[user[r]!]!, r);
  return (example) => {
    const start = starts.get(example.user);
    if (start === undefined) return { start: 0, end: 0 };
    let end = start;
    while (user[end] === user[start] && row[end] !== example.row) end++;
    return { start, end };
  };
}
