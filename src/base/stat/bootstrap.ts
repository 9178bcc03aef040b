// Percentile bootstrap of a mean. For two systems the values are per-user differences, which makes it the paired
// bootstrap. Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.

import type { Rng } from "../rng.ts";
import { quantile } from "./summary.ts";

/** Resamples that a published interval rests on. */
export const defaultResamples = 10_000;

export type Interval = { low: number; high: number };

/**
 * Means of `resamples` draws with replacement from `values[n]`, ascending. Costs n × resamples random numbers.
 * With no values the result holds NaN.
 */
export function bootstrapMeans(
  values: Float64Array,
  rng: Rng,
  resamples: number = defaultResamples,
): Float64Array {
  const n = values.length;
  const means = new Float64Array(resamples);
  if (isConstant(values)) return means.fill(values[0] ?? NaN);
  const picks = new Int32Array(n);
  for (let b = 0; b < resamples; b++) {
    rng.fillInts(picks, n);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[picks[i]!]!;
    means[b] = sum / n;
  }
  return means.sort();
}

/**
 * The same for several columns of equal length at once, all by the same draws, so that they stay paired and cost one
 * random number together: `columns[m][n]` gives m arrays of ascending means, each as `bootstrapMeans` gives it.
 */
export function bootstrapColumns(
  columns: readonly Float64Array[],
  rng: Rng,
  resamples: number = defaultResamples,
): Float64Array[] {
  const n = columns[0]?.length ?? 0;
  const moving = columns.filter((values) => !isConstant(values));
  const blocks = Array.from({ length: Math.ceil(moving.length / 4) }, (_, block) =>
    interleave(moving.slice(4 * block, 4 * block + 4), n),
  );
  const sums = Array.from(blocks, () => new Float64Array(4 * resamples));
  const picks = new Int32Array(n);
  for (let b = 0; b < resamples && blocks.length > 0; b++) {
    rng.fillInts(picks, n);
    for (let block = 0; block < blocks.length; block++)
      sumPicked(blocks[block]!, picks, sums[block]!, 4 * b);
  }
  const means = new Map(
    moving.map((values, m) => {
      const own = sums[m >> 2]!;
      return [
        values,
        Float64Array.from({ length: resamples }, (_, b) => own[4 * b + (m & 3)]! / n),
      ];
    }),
  );
  return columns.map(
    (values) => means.get(values)?.sort() ?? new Float64Array(resamples).fill(values[0] ?? NaN),
  );
}

// Four columns side by side, so that one draw finds four values in one place.
function interleave(columns: readonly Float64Array[], n: number): Float64Array {
  const rows = new Float64Array(4 * n);
  columns.forEach((values, m) => {
    for (let i = 0; i < n; i++) rows[4 * i + m] = values[i]!;
  });
  return rows;
}

function sumPicked(rows: Float64Array, picks: Int32Array, sums: Float64Array, to: number): void {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < picks.length; i++) {
    const at = 4 * picks[i]!;
    a += rows[at]!;
    b += rows[at + 1]!;
    c += rows[at + 2]!;
    d += rows[at + 3]!;
  }
  sums[to] = a;
  sums[to + 1] = b;
  sums[to + 2] = c;
  sums[to + 3] = d;
}

/** The central interval that holds `level` (0..1) of the ascending means. */
export function percentileInterval(means: Float64Array, level: number): Interval {
  return { low: quantile(means, (1 - level) / 2), high: quantile(means, (1 + level) / 2) };
}

// Resampling equal values gives that value, but summing it n times and dividing need not.
function isConstant(values: Float64Array): boolean {
  for (const value of values) if (value !== values[0]) return false;
  return true;
}
