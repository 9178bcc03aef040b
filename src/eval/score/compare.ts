// One system against another on the same users: mean paired difference, percentile bootstrap interval, sign-flip p, Holm
// over the family, verdict. Smucker, Allan & Carterette, CIKM 2007, on paired randomisation in retrieval.

import { DataError, UsageError } from "../../base/errors.ts";
import { parseMetricName } from "../../base/metric/index.ts";
import { rngFor } from "../../base/rng.ts";
import { bcaInterval } from "../../base/stat/bca.ts";
import { adjustByBh } from "../../base/stat/benjamini-hochberg.ts";
import {
  bootstrapColumns,
  defaultResamples,
  percentileInterval,
} from "../../base/stat/bootstrap.ts";
import { adjustByHolm } from "../../base/stat/holm.ts";
import { minimumDetectableEffect, sizeNeeded } from "../../base/stat/mde.ts";
import { countDiscordant, mcnemarTest } from "../../base/stat/mcnemar.ts";
import { signFlipTest } from "../../base/stat/sign-flip.ts";
import { mean, standardDeviation } from "../../base/stat/summary.ts";
import { equivalenceTest } from "../../base/stat/tost.ts";
import { decideVerdict } from "../../base/stat/verdict.ts";
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

/** Two systems' per-user values of one metric, to be compared. */
export type Pairing = { a: PerUser; b: PerUser; metric: string; options: CompareOptions };

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
  return compareAll([{ a, b, metric, options }])[0]!;
}

/** `compareSystems` of several at once: those of the same seed and number of users share their draws. */
export function compareAll(pairings: readonly Pairing[]): Comparison[] {
  const differences = pairings.map(differencesOf);
  const means = new Map<number, Float64Array>();
  const keyOf = (i: number): string => {
    const { seed, B = defaultResamples } = pairings[i]!.options;
    return `${seed}/${B}`;
  };
  for (const group of Map.groupBy(pairings.keys(), keyOf).values()) {
    const columns = group.map((i) => differences[i]!);
    drawMeans(columns, pairings[group[0]!]!.options).forEach((drawn, g) =>
      means.set(group[g]!, drawn),
    );
  }
  return pairings.map((pairing, i) => describePair(pairing, differences[i]!, means.get(i)!));
}

/** Bootstrap means of each column of paired differences, ascending; columns of the same length share their draws. */
export function drawMeans(
  columns: readonly Float64Array[],
  { seed, B = defaultResamples }: Pick<CompareOptions, "seed" | "B">,
): Float64Array[] {
  const drawn: Float64Array[] = [];
  for (const [n, places] of Map.groupBy(columns.keys(), (i) => columns[i]!.length)) {
    const own = places.map((i) => columns[i]!);
    const means = bootstrapColumns(own, rngFor(seed, "bootstrap", "differences", n), B);
    means.forEach((column, p) => (drawn[places[p]!] = column));
  }
  return drawn;
}

function differencesOf({ a, b, metric, options }: Pairing): Float64Array {
  const { metric: measured } = parseMetricName(metric, evalMetrics);
  if (measured.kind === "value" && measured.finish) {
    throw new UsageError(`${metric} cannot be compared user by user`, {
      code: "compare-metric",
      next: "Compare rmse-rows or mae instead; rmse is shown in the table.",
    });
  }
  const differences = pairUp(a, b);
  if (differences.length > 0) return differences;
  const { system, against } = options;
  throw new DataError(`${system} and ${against} have no users in common on ${metric}`, {
    code: "compare-users",
    next: "Compare systems that answered the same examples.",
  });
}

function describePair(
  { metric, options }: Pairing,
  differences: Float64Array,
  means: Float64Array,
): Comparison {
  const { system, against, seed, B = defaultResamples, primary = false, margin = null } = options;
  const { metric: measured } = parseMetricName(metric, evalMetrics);
  const interval95 = percentileInterval(means, 0.95);
  const interval90 = percentileInterval(means, 0.9);
  const p = signFlipTest(differences, rngFor(seed, "sign-flip", metric, system, against), B);
  const delta = mean(differences);
  const sd = standardDeviation(differences);
  const needed = sizeNeeded(sd, delta);
  const sign = measured.higherIsBetter ? 1 : -1;
  const discordant = countDiscordant(differences);
  // Influence values of a metric of all rows together say nothing about who won.
  const count = (isSo: (d: number) => boolean): number | null =>
    measured.kind === "corpus" ? null : differences.filter(isSo).length;
  return judge({
    system,
    against,
    metric,
    delta,
    ...interval95,
    low90: interval90.low,
    high90: interval90.high,
    bca: bcaInterval(differences, means, 0.95),
    p,
    pHolm: p,
    pBh: null,
    pMcNemar: discordant && mcnemarTest(discordant.wins, discordant.losses),
    pEquivalence: margin === null ? null : equivalenceTest(means, margin),
    n: differences.length,
    sd,
    mde: minimumDetectableEffect(sd, differences.length),
    needed: Number.isFinite(needed) ? needed : null,
    margin,
    wins: count((d) => sign * d > 0),
    ties: count((d) => d === 0),
    losses: count((d) => sign * d < 0),
    higherIsBetter: measured.higherIsBetter,
    primary,
    verdict: "no difference shown",
  });
}

/**
 * The comparisons of one family with p corrected over all of them, and the verdicts that follow: by Holm, or for
 * exploratory slices by Benjamini and Hochberg.
 */
export function correctFamily(
  family: readonly Comparison[],
  by: "holm" | "bh" = "holm",
): Comparison[] {
  const p = family.map((comparison) => comparison.p);
  const [holm, bh] = [adjustByHolm(p), adjustByBh(p)];
  return family.map((comparison, i) => {
    return judge({ ...comparison, pHolm: holm[i]!, pBh: by === "bh" ? bh[i]! : null });
  });
}

/**
 * Means of one system's per-user values with their 95% bootstrap intervals. Metrics of the same number of users share
 * their draws.
 */
export function estimateMeans(
  perUser: Readonly<Record<string, PerUser>>,
  { seed, B = defaultResamples }: { seed: number; B?: number },
): Record<string, Estimate> {
  const bySize = Map.groupBy(Object.entries(perUser), ([, { values }]) => values.length);
  const found = new Map<string, Estimate>();
  for (const [n, metrics] of bySize) {
    const columns = metrics.map(([, { values }]) => values);
    const drawn = bootstrapColumns(columns, rngFor(seed, "bootstrap", "estimates", n), B);
    metrics.forEach(([name, { values }], i) => {
      found.set(name, { value: mean(values), ...percentileInterval(drawn[i]!, 0.95), n });
    });
  }
  return Object.fromEntries(Object.keys(perUser).map((name) => [name, found.get(name)!]));
}

function judge(comparison: Comparison): Comparison {
  const { pHolm, pBh, low, high, low90, high90, higherIsBetter, margin } = comparison;
  const interval90 = { low: low90, high: high90 };
  const evidence = {
    p: pBh ?? pHolm,
    interval95: { low, high },
    interval90,
    higherIsBetter,
    margin,
  };
  return { ...comparison, verdict: decideVerdict(evidence) };
}

/** Differences a − b of the users that both have. */
export function pairUp(a: PerUser, b: PerUser): Float64Array {
  const other = new Map(b.users.map((user, i) => [user, b.values[i]!]));
  const differences: number[] = [];
  a.users.forEach((user, i) => {
    const value = other.get(user);
    if (value !== undefined) differences.push(a.values[i]! - value);
  });
  return Float64Array.from(differences);
}
