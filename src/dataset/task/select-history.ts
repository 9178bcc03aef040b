// Which rows of a timeline a prompt shows before its target.

import { isShownTo, type Timeline } from "../../log/split/timeline.ts";

export type HistoryOptions = {
  /** Rows shown at most, the most recent ones. */
  window: number;
  /** drop-target: earlier copies of the target's item leave the history, so that an answer is never in its prompt. */
  repeats: "drop-target" | "keep";
};

/**
 * Batch row indices before `target` in the total order, oldest first, at most `window` of them; null when none is left.
 * A test target may see the validation row before it; no target sees a row after itself, nor one that the split holds
 * back from it: where single rows are drawn, a train prompt must not show a test row.
 */
export function selectHistory(
  timeline: Timeline,
  target: number,
  options: HistoryOptions,
): number[] | null {
  const { item, split } = timeline.batch;
  const asked = item[target];
  const own = split[target]!;
  const drops = options.repeats === "drop-target";
  let first = target;
  let count = 0;
  for (; first > timeline.start && count < options.window; first--)
    if (!(drops && item[first - 1] === asked) && isShownTo(own, split[first - 1]!)) count++;
  if (count === 0) return null;
  const rows: number[] = [];
  for (let row = first; rows.length < count; row++)
    if (!(drops && item[row] === asked) && isShownTo(own, split[row]!)) rows.push(row);
  return rows;
}
