// Which rows of a timeline become examples, and what each may show of the rows before it.

import type { Timeline } from "../log/split/timeline.ts";
import { selectHistory, type HistoryOptions } from "./task/select-history.ts";

/** Earlier interactions a train target needs. */
export const minTrainHistory = 3;

/** A batch row, and the batch rows shown before it; null where nothing is left to show. */
export type Target = { target: number; history: number[] | null };

/** Every train row with enough before it, and the validation and test rows. */
export function targetsOf(timeline: Timeline, options: HistoryOptions): Target[] {
  const targets: Target[] = [];
  for (let target = timeline.start; target < timeline.end; target++) {
    const isTrain = timeline.batch.split[target] === 0;
    if (isTrain && target - timeline.start < minTrainHistory) continue;
    targets.push({ target, history: selectHistory(timeline, target, options) });
  }
  return targets;
}
