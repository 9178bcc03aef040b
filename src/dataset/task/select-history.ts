// Which rows of a timeline a prompt shows before its target.

import type { Timeline } from "../../log/split/timeline.ts";

export type HistoryOptions = {
  /** Rows shown at most, the most recent ones. */
  window: number;
  /** drop-target: earlier copies of the target's item leave the history, so that an answer is never in its prompt. */
  repeats: "drop-target" | "keep";
};

/**
 * Batch row indices before `target` in the total order, oldest first, at most `window` of them; null when none is left.
 * Rows of any split count: a test target may see the validation row before it, never a row after itself.
 */
export function selectHistory(
  timeline: Timeline,
  target: number,
  options: HistoryOptions,
): number[] | null {
  const { item } = timeline.batch;
  const asked = item[target];
  const rows: number[] = [];
  for (let row = target - 1; row >= timeline.start && rows.length < options.window; row--) {
    if (options.repeats === "drop-target" && item[row] === asked) continue;
    rows.push(row);
  }
  return rows.length === 0 ? null : rows.reverse();
}
