// One system against another on the same users: mean paired difference, percentile bootstrap interval, sign-flip p, Holm
// over the family, verdict. Smucker, Allan & Carterette, CIKM 2007, on paired randomisation in retrieval.

import { DataError, UsageError } from "../base/errors.ts";
import { parseMetricName } from "../base/metric/index.ts";
import { rngFor } from "../base/rng.ts";
import { bootstrapMeans, defaultResamples, percentileInterval } from "../base/stat/bootstrap.ts";
import { adjustByHolm } from "../base/stat/holm.ts";
import { minimumDetectableEffect, sizeNeeded } from "../base/stat/mde.ts";
import { signFlipTest } from "../base/stat/sign-flip.ts";
import { mean, standardDeviation } from "../base/stat/summary.ts";
import { decideVerdict } from "../base/stat/verdict.ts";
import { evalMetrics, type PerUser } from "./score.ts";
import type { Comparison, Estimate } from "./types.ts";

export type CompareOptions = {
  seed: number;
  /** Resamples and sign flips; 10,000 unless given. */
  B?: number;
  system: string;
  against: string;
  primary?: boolean;
  margin?: number | null;
};

/**
 * Compares per-user values of `metric`, a − b, over the users that both have. The verdict rests on its own p until
 * `correctFamily` has seen the whole family.
 * @throws DataError `compare-users` when no user is common; UsageError `compare-metric` for RMSE, whose
 * difference is no mean over users.
 */
export function compareSystems(
  a: PerUser,
  b: PerUser,
  metric: string,
  options: CompareOptions,
): Comparison {
  const { metric: measured } = parseMetricName(metric, evalMetrics);
  if (measured.kind === "value" && measured.finish) {
    throw new UsageError(`${metric} cannot be compared user by user`, {
      code: "compare-metric",
      next: "Compare mae instead; rmse is shown in the table.",
    });
  }
  const differences = pairUp(a, b);
  const { system, against, seed, B = defaultResamples, primary = false, margin = null } = options;
  if (differences.length === 0) {
    throw new DataError(`${system} and ${against} have no users in common on ${metric}`, {
      code: "compare-users",
      next: "Compare systems that answered the same examples.",
    });
  }
  const means = bootstrapMeans(differences, rngFor(seed, "bootstrap", metric, system, against), B);
  const interval95 = percentileInterval(means, 0.95);
  const interval90 = percentileInterval(means, 0.9);
  const p = signFlipTest(differences, rngFor(seed, "sign-flip", metric, system, against), B);
  const delta = mean(differences);
  const sd = standardDeviation(differences);
  const needed = sizeNeeded(sd, delta);
  const sign = measured.higherIsBetter ? 1 : -1;
  return judge({
    system,
    against,
    metric,
    delta,
    ...interval95,
    low90: interval90.low,
    high90: interval90.high,
    p,
    pHolm: p,
    n: differences.length,
    sd,
    mde: minimumDetectableEffect(sd, differences.length),
    needed: Number.isFinite(needed) ? needed : null,
    margin,
    wins: differences.filter((d) => sign * d > 0).length,
    ties: differences.filter((d) => d === 0).length,
    losses: differences.filter((d) => sign * d < 0).length,
    higherIsBetter: measured.higherIsBetter,
    primary,
    verdict: "no difference shown",
  });
}

/** The comparisons of one family with pHolm over all of them, and the verdicts that follow. */
export function correctFamily(family: readonly Comparison[]): Comparison[] {
  const adjusted = adjustByHolm(family.map((comparison) => comparison.p));
  return family.map((comparison, i) => judge({ ...comparison, pHolm: adjusted[i]! }));
}

/** Mean of one system's per-user values with its 95% bootstrap interval. */
export function estimateMean(
  values: Float64Array,
  options: { seed: number; B?: number; key: string },
): Estimate {
  const means = bootstrapMeans(
    values,
    rngFor(options.seed, "bootstrap", options.key),
    options.B ?? defaultResamples,
  );
  return { value: mean(values), ...percentileInterval(means, 0.95), n: values.length };
}

function judge(comparison: Comparison): Comparison {
  const { pHolm, low, high, low90, high90, higherIsBetter, margin } = comparison;
  const interval90 = { low: low90, high: high90 };
  const evidence = { pHolm, interval95: { low, high }, interval90, higherIsBetter, margin };
  return { ...comparison, verdict: decideVerdict(evidence) };
}

function pairUp(a: PerUser, b: PerUser): Float64Array {
  const other = new Map(b.users.map((user, i) => [user, b.values[i]!]));
  const differences: number[] = [];
  a.users.forEach((user, i) => {
    const value = other.get(user);
    if (value !== undefined) differences.push(a.values[i]! - value);
  });
  return Float64Array.from(differences);
}
