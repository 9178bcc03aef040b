// What "liked" means: at or above the user's own mean over the shown history, or at or above the recipe's threshold.
// Interactions without a rating (views, purchases) count as liked.

import type { TaskContext, TaskInput } from "./types.ts";

/** Mean rating of the shown history; null where it has none. */
export function meanRating(input: TaskInput): number | null {
  let sum = 0;
  let count = 0;
  for (const row of input.history) {
    const value = input.timeline.batch.rating[row]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? null : sum / count;
}

/** The rows of the shown history that the user liked, oldest first. */
export function likedRows(input: TaskInput, context: TaskContext): number[] {
  const mean = meanRating(input) ?? context.likedFrom;
  return input.history.filter((row) => {
    const value = input.timeline.batch.rating[row]!;
    return Number.isNaN(value) || value >= mean || value >= context.likedFrom;
  });
}

/** Whether the target counts as liked: no rating, or one at or above the user's mean. */
export function likesTarget(input: TaskInput, context: TaskContext): boolean {
  const value = input.timeline.batch.rating[input.target]!;
  return Number.isNaN(value) || value >= (meanRating(input) ?? context.likedFrom);
}
