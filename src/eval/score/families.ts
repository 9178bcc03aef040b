// The families of comparisons that a report holds, each corrected by Holm on its own: the primary ones, the subject against
// every other system, every other system against base, and the slices of the first primary one. All but the primary ones
// are exploratory.

import { nearest, UsageError } from "../../base/errors.ts";
import { parseMetricName } from "../../base/metric/index.ts";
import type { Example } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import { compareAll, compareSystems, correctFamily, type Pairing } from "./compare.ts";
import { evalMetrics, fitsTask, type PerUser, type SystemScores } from "./score.ts";
import { cutSlices } from "./slices.ts";
import type { Comparison, Report } from "./types.ts";

export type ScoredSystem = { name: string; scores: SystemScores };

export type PrimaryComparison = {
  metric: string;
  system: string;
  against: string;
  /** Differences up to this size do not matter, in units of the metric. */
  margin?: number | null;
};

/** Seed, and resamples where not 10,000. */
export type FamilyOptions = { seed: number; B?: number };

/** Slices and primary comparisons with fewer users than this are not trusted. */
export const fewestUsersInSlice = 50;

/**
 * The comparisons that the suite names.
 * @throws UsageError `report-system`, `report-metric` for names that nothing here bears.
 */
export function comparePrimary(
  scored: readonly ScoredSystem[],
  primary: readonly PrimaryComparison[],
  options: FamilyOptions,
): Comparison[] {
  const family = primary.map(({ metric, system, against, margin = null }): Pairing => {
    const [a, b] = [system, against].map((name) => perUserOf(findSystem(scored, name), metric));
    const own = { ...options, system, against, margin, primary: true };
    return { a: a!, b: b!, metric, options: own };
  });
  return correctFamily(compareAll(family));
}

/** The subject against every other system, but for those that `known` already holds. */
export function compareWithAll(
  scored: readonly ScoredSystem[],
  subject: ScoredSystem,
  metric: string,
  known: readonly Comparison[],
  options: FamilyOptions,
): Comparison[] {
  const margin = known.find((c) => c.metric === metric)?.margin ?? null;
  const pairs = scored.map((against): Pair => [subject, against]);
  return compareNew(pairs, metric, known, { ...options, margin });
}

/** Every other system against `base`, but for those that `known` already holds. */
export function compareWithBase(
  scored: readonly ScoredSystem[],
  base: ScoredSystem,
  metric: string,
  known: readonly Comparison[],
  options: FamilyOptions,
): Comparison[] {
  const pairs = scored.map((system): Pair => [system, base]);
  return compareNew(pairs, metric, known, options);
}

type Pair = [ScoredSystem, ScoredSystem];

// Systems that the metric does not fit (a popularity rule predicts no ratings) are left out.
function compareNew(
  pairs: readonly Pair[],
  metric: string,
  known: readonly Comparison[],
  options: FamilyOptions & { margin?: number | null },
): Comparison[] {
  const family = pairs.flatMap(([system, against]): Pairing[] => {
    const [a, b] = [system, against].map(({ scores }) => scores.perUser[metric]);
    const isKnown = known.some(
      (c) => c.metric === metric && c.system === system.name && c.against === against.name,
    );
    if (!a || !b || isKnown || system.name === against.name) return [];
    const own = { ...options, system: system.name, against: against.name };
    return [{ a, b, metric, options: own }];
  });
  return correctFamily(compareAll(family));
}

export type SliceOptions = FamilyOptions & {
  catalogOf?: (example: string) => Catalog;
  catalog: Catalog;
  historyLength?: (example: Example) => number;
};

/** One comparison in each slice with enough users; `thin` names the others with their number of users. */
export function compareSlices(
  scored: readonly ScoredSystem[],
  { system, against, metric }: Comparison,
  slices: readonly string[],
  { catalog, historyLength, ...options }: SliceOptions,
): { compared: Report["slices"]; thin: string[] } {
  const pair = [system, against].map((name) => findSystem(scored, name));
  const examples = examplesOf(metric, pair[0]!.scores);
  const facts = { catalog, ...(historyLength && { historyLength }) };
  const thin: string[] = [];
  const named = slices
    .flatMap((name) => cutSlices(name, examples, { ...options, ...facts }))
    .flatMap(({ slice, value, examples: inside }) => {
      const [a, b] = pair.map(({ scores }) => scores.perUserOf(inside, metric));
      const users = Math.min(a?.users.length ?? 0, b?.users.length ?? 0);
      if (!a || !b || users < fewestUsersInSlice) {
        thin.push(`${slice} ${value} (${users})`);
        return [];
      }
      const comparison = compareSystems(a, b, metric, { ...options, system, against });
      return [{ slice, value, comparison }];
    });
  const corrected = correctFamily(
    named.map(({ comparison }) => comparison),
    "bh",
  );
  return { compared: named.map((slice, i) => ({ ...slice, comparison: corrected[i]! })), thin };
}

/** Examples that a metric measures: those whose rows bear it, or for metrics of all rows those of its task. */
function examplesOf(metric: string, { rows }: SystemScores): Example[] {
  const examples = rows.map(({ example }) => example);
  const bearing = rows.filter(({ metrics }) => metrics[metric] !== undefined);
  if (bearing.length > 0) return bearing.map(({ example }) => example);
  const parsed = parseMetricName(metric, evalMetrics);
  return examples.filter(({ task }) => fitsTask(parsed, task));
}

function findSystem(scored: readonly ScoredSystem[], name: string): ScoredSystem {
  const found = scored.find((system) => system.name === name);
  if (found) return found;
  const names = scored.map((system) => system.name);
  const near = nearest(name, names);
  const next = near ? `Did you mean ${near}?` : `This suite has ${names.join(", ")}.`;
  throw new UsageError(`no system is called "${name}"`, {
    code: "report-system",
    where: "primary",
    next,
  });
}

function perUserOf({ name, scores }: ScoredSystem, metric: string): PerUser {
  const values = scores.perUser[metric];
  if (values) return values;
  parseMetricName(metric, evalMetrics);
  throw new UsageError(`${name} has no values of ${metric}`, {
    code: "report-metric",
    where: "primary",
    next: `These examples give ${Object.keys(scores.perUser).join(", ")}.`,
  });
}
