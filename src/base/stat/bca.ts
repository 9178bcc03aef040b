// BCa interval of a mean: the percentiles of the bootstrap moved for bias (z0) and for skewness (acceleration a).
// Efron, "Better bootstrap confidence intervals", JASA 1987; parts as in scipy.stats.bootstrap(method="BCa").

import type { Interval } from "./bootstrap.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { mean, quantile } from "./summary.ts";

export type BcaParts = {
  /** Normal quantile of the share of bootstrap means below the mean, ties counting half. */
  bias: number;
  /** Σ u³ ÷ (6 (Σ u²)^1.5) with u the distances from the mean, which is the jackknife's number for a mean. */
  acceleration: number;
  /** Where to cut the bootstrap distribution, as shares of it. */
  cuts: Interval;
};

/** The parts of the interval of `level` (0..1) for `values[n]` and the ascending bootstrap means of them. */
export function bcaParts(values: Float64Array, means: Float64Array, level: number): BcaParts {
  const centre = mean(values);
  let [below, atMost] = [0, 0];
  for (const value of means) {
    if (value < centre) below++;
    if (value <= centre) atMost++;
  }
  const bias = normalQuantile((below + atMost) / (2 * means.length));
  let [squares, cubes] = [0, 0];
  for (const value of values) {
    const away = value - centre;
    squares += away ** 2;
    cubes += away ** 3;
  }
  const acceleration = cubes / (6 * squares ** 1.5);
  const cut = (z: number): number => normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z)));
  const z = normalQuantile((1 - level) / 2);
  return { bias, acceleration, cuts: { low: cut(z), high: cut(-z) } };
}

/** The interval itself; the percentile interval's ends coincide where all values are equal. */
export function bcaInterval(values: Float64Array, means: Float64Array, level: number): Interval {
  const first = means[0] ?? NaN;
  if (first === means.at(-1)) return { low: first, high: first };
  const { cuts } = bcaParts(values, means, level);
  return { low: quantile(means, cuts.low), high: quantile(means, cuts.high) };
}
