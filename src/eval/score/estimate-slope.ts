// How many places a rank changes a slot: one least-squares slope over all examples, each with a level of its own (the
// within estimator of panel data), so that hard and easy examples do not pass for an effect of the slot. Users are drawn
// whole in the bootstrap (Efron & Tibshirani 1993, chapter 8: the unit that was sampled).

import { rngFor } from "../../base/rng.ts";
import { percentileInterval } from "../../base/stat/bootstrap.ts";
import { mean } from "../../base/stat/summary.ts";
import type { Estimate } from "./types.ts";

/** Where the true item was shown, and its rank; both from 1. */
export type Point = { slot: number; rank: number };

/**
 * 1: the answer copies the list; 0: the slot says nothing; negative: what stands late is preferred. `n` counts users whose
 * examples show the truth in more than one slot; null where there are none.
 * @param examples the points of one example each, in any order
 */
export function estimateSlope(
  examples: readonly { user: string; points: readonly Point[] }[],
  { seed, B }: { seed: number; B: number },
): Estimate | null {
  const byUser = new Map<string, { shared: number; own: number }>();
  for (const { user, points } of examples) {
    const slot = mean(points.map((point) => point.slot));
    const rank = mean(points.map((point) => point.rank));
    const held = byUser.get(user) ?? { shared: 0, own: 0 };
    for (const point of points) {
      held.shared += (point.slot - slot) * (point.rank - rank);
      held.own += (point.slot - slot) ** 2;
    }
    byUser.set(user, held);
  }
  const moved = Array.from(byUser.values()).filter(({ own }) => own > 0);
  const n = moved.length;
  if (n === 0) return null;
  const slopeOf = (drawn: Iterable<number>): number => {
    let [shared, own] = [0, 0];
    for (const i of drawn) {
      shared += moved[i]!.shared;
      own += moved[i]!.own;
    }
    return shared / own;
  };
  const rng = rngFor(seed, "bootstrap", "slope", n);
  const picks = new Int32Array(n);
  const slopes = Float64Array.from({ length: B }, () => {
    rng.fillInts(picks, n);
    return slopeOf(picks);
  }).sort();
  return { value: slopeOf(moved.keys()), ...percentileInterval(slopes, 0.95), n };
}
