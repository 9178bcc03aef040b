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
  for (let b = 0; b < resamples; b++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[Math.floor(rng.next() * n)]!;
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
  const width = moving.length;
  // Row after row, so that one draw finds all its columns side by side.
  const rows = new Float64Array(n * width);
  moving.forEach((values, m) => values.forEach((value, i) => (rows[i * width + m] = value)));
  const means = moving.map(() => new Float64Array(resamples));
  const sums = new Float64Array(width);
  for (let b = 0; b < resamples && width > 0; b++) {
    sums.fill(0);
    for (let i = 0; i < n; i++) {
      const from = Math.floor(rng.next() * n) * width;
      for (let m = 0; m < width; m++) sums[m]! += rows[from + m]!;
    }
    for (let m = 0; m < width; m++) means[m]![b] = sums[m]! / n;
  }
  const drawn = new Map(moving.map((values, m) => [values, means[m]!.sort()]));
  return columns.map(
    (values) => drawn.get(values) ?? new Float64Array(resamples).fill(values[0] ?? NaN),
  );
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
