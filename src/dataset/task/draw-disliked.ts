// Negatives that the user named: items rated below their own mean before a target at or above it. A pair of the two is a
// real preference, where a drawn item may be one that the user would have liked.

import type { Rng } from "../../base/rng.ts";
import { isShownTo } from "../../log/split/timeline.ts";
import type { TaskContext, TaskInput } from "./types.ts";

/**
 * At most `count` catalog indices, drawn among the user's disliked items; none where the target has no rating or is not
 * liked. The mean is over the rated rows before the target, `context.likedFrom` where there are none.
 */
export function drawDisliked(
  { timeline, target }: TaskInput,
  context: TaskContext,
  count: number,
  rng: Rng,
  refuses: (index: number) => boolean,
): number[] {
  const { item, rating, split } = timeline.batch;
  const own = split[target]!;
  const rows: number[] = [];
  let sum = 0;
  for (let row = timeline.start; row < target; row++) {
    if (!isShownTo(own, split[row]!) || Number.isNaN(rating[row]!)) continue;
    rows.push(row);
    sum += rating[row]!;
  }
  const mean = rows.length === 0 ? context.likedFrom : sum / rows.length;
  if (!(rating[target]! >= mean)) return [];
  const liked = new Set(rows.filter((row) => rating[row]! >= mean).map((row) => item[row]!));
  const disliked = new Set(
    rows.map((row) => item[row]!).filter((index) => !liked.has(index) && index !== item[target]),
  );
  const drawn: number[] = [];
  for (const index of rng.shuffle([...disliked])) {
    if (drawn.length === count) break;
    if (!refuses(index)) drawn.push(index);
  }
  return drawn;
}
