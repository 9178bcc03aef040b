// Which rows of a timeline become examples. Rows that the split keeps as context are shown, never asked for.

import { rngFor } from "../base/rng.ts";
import { contextCode, isShownTo, type Timeline } from "../log/split/timeline.ts";
import type { HistoryOptions } from "./task/select-history.ts";

/** Earlier rows that a train target needs where the recipe does not say. */
export const minTrainHistory = 3;

/** Which of a user's possible targets in one split are taken. */
export type TargetChoice = "every" | "first" | "last" | { stride: number } | { sample: number };

export type TargetOptions = HistoryOptions & {
  seed: number;
  /** Earlier rows that a target needs, in every split; null: 3 in train, 1 elsewhere. */
  minHistory: number | null;
  /** Targets taken in train. */
  targets: TargetChoice;
  /** Targets taken in validation and in test. */
  testTargets: TargetChoice;
};

/** The batch rows of a timeline that are asked for, in its order. What each may show: `selectHistory`. */
export function targetRows(timeline: Timeline, options: TargetOptions): number[] {
  const { split } = timeline.batch;
  const rows: number[][] = [[], [], []];
  // Rows so far that a target of each split may show.
  const shown = [0, 0, 0];
  for (let row = timeline.start; row < timeline.end; row++) {
    const code = split[row]!;
    if (code !== contextCode) {
      const least = options.minHistory ?? (code === 0 ? minTrainHistory : 0);
      if (shown[code]! >= least) rows[code]!.push(row);
    }
    for (let own = 0; own < 3; own++) if (isShownTo(own, code)) shown[own]!++;
  }
  const chosen = rows.flatMap((own, code) => {
    const choice = code === 0 ? options.targets : options.testTargets;
    return choice === "every" ? own : choose(own, choice, [options.seed, code, timeline.user]);
  });
  return chosen.sort((a, b) => a - b);
}

function choose(
  rows: number[],
  choice: Exclude<TargetChoice, "every">,
  [seed, code, user]: [number, number, string],
): number[] {
  if (choice === "first") return rows.slice(0, 1);
  if (choice === "last") return rows.slice(-1);
  // The last target is always one of the stride: it has most before it.
  if ("stride" in choice) return rows.filter((_, i) => (rows.length - 1 - i) % choice.stride === 0);
  if (rows.length <= choice.sample) return rows;
  return rngFor(seed, "targets", code, user)
    .shuffle([...rows])
    .slice(0, choice.sample);
}
