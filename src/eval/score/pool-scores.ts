// The scores of a system that was trained with several seeds: each user's mean over the seeds, so that users stay the unit
// of every statistic, and beside a comparison the difference that each seed gives alone.

import { percentileInterval } from "../../base/stat/bootstrap.ts";
import { mean, standardDeviation } from "../../base/stat/summary.ts";
import { compareSystems, drawMeans, pairUp, type CompareOptions } from "./compare.ts";
import type { PerUser, SystemScores } from "./score.ts";
import type { Comparison } from "./types.ts";

/** Values of one metric under one training seed of both systems. */
export type SeedPair = { seed: number; a: PerUser; b: PerUser };

/** Each user's mean over the seeds, of users that all seeds have. */
export function meanOverSeeds(seeds: readonly PerUser[]): PerUser {
  const maps = seeds.map(({ users, values }) => new Map(users.map((u, i) => [u, values[i]!])));
  const users = (seeds[0]?.users ?? []).filter((user) => maps.every((map) => map.has(user)));
  return {
    users,
    values: Float64Array.from(users, (user) => mean(maps.map((map) => map.get(user)!))),
  };
}

type EachSeed = Required<Pick<Comparison, "seeds" | "seedSd">>;

/** How far the seeds of each comparison lie apart: delta and 95% interval of each as it would be alone, and the SD of the deltas. */
function compareEachSeed(
  comparisons: readonly (readonly SeedPair[])[],
  options: Pick<CompareOptions, "seed" | "B">,
): EachSeed[] {
  const differences = comparisons.map((pairs) => pairs.map(({ a, b }) => pairUp(a, b)));
  const drawn = drawMeans(differences.flat(), options);
  let next = 0;
  return comparisons.map((pairs, c) => {
    const seeds = pairs.map(({ seed }, s) => {
      const interval = percentileInterval(drawn[next++]!, 0.95);
      return { seed, delta: mean(differences[c]![s]!), ...interval };
    });
    return { seeds, seedSd: standardDeviation(seeds.map(({ delta }) => delta)) };
  });
}

/**
 * Compares two systems that were each trained with several seeds. Interval and p are those of each user's mean difference
 * over the seeds; beside them stands every seed's own delta.
 * @throws DataError `compare-users` when no user is common to all seeds.
 */
export function compareSeeds(
  pairs: readonly SeedPair[],
  metric: string,
  options: CompareOptions,
): Comparison {
  const [a, b] = [meanOverSeeds(pairs.map((p) => p.a)), meanOverSeeds(pairs.map((p) => p.b))];
  return { ...compareSystems(a, b, metric, options), ...compareEachSeed([pairs], options)[0]! };
}

/** Scores of one training seed. */
export type SeedScores = { seed: number; scores: SystemScores };

/** The mean of the seeds, for metrics that all of them have. */
export function poolScores(seeds: readonly SeedScores[]): SystemScores {
  const [first, ...others] = seeds.map(({ scores }) => scores);
  const shared = Object.keys(first!.perUser).filter((metric) =>
    others.every(({ perUser }) => perUser[metric] !== undefined),
  );
  const all = [first!, ...others];
  return {
    rows: first!.rows,
    perUser: Object.fromEntries(
      shared.map((metric) => [metric, meanOverSeeds(all.map(({ perUser }) => perUser[metric]!))]),
    ),
    perUserOf(examples, metric) {
      const parts = all.map((scores) => scores.perUserOf(examples, metric));
      const known = parts.filter((part): part is PerUser => part !== undefined);
      return known.length === parts.length ? meanOverSeeds(known) : undefined;
    },
    unanswered: first!.unanswered,
  };
}

/** A system as comparisons know it; `seeds` where it is a mean over some. */
export type Trained = { name: string; scores: SystemScores; seeds?: readonly SeedScores[] };

/** The comparisons with the difference of each seed; one seed against the same seed where both sides have it. */
export function withSeeds(
  comparisons: readonly Comparison[],
  systems: readonly Trained[],
  options: Pick<CompareOptions, "seed" | "B">,
): Comparison[] {
  const find = (name: string) => systems.find((system) => system.name === name)!;
  const pairs = comparisons.map(({ system, against, metric }): SeedPair[] => {
    const [a, b] = [find(system), find(against)];
    const valuesOf = (side: Trained, seed: number): PerUser =>
      scoresOf(side, seed).perUser[metric]!;
    return (a.seeds ?? b.seeds ?? [])
      .filter(({ seed }) => holds(a, seed) && holds(b, seed))
      .map(({ seed }) => ({ seed, a: valuesOf(a, seed), b: valuesOf(b, seed) }));
  });
  const each = compareEachSeed(pairs, options);
  return comparisons.map((one, c) => (pairs[c]!.length === 0 ? one : { ...one, ...each[c]! }));
}

function holds({ seeds }: Trained, seed: number): boolean {
  return seeds === undefined || seeds.some((held) => held.seed === seed);
}

function scoresOf({ scores, seeds }: Trained, seed: number): SystemScores {
  return seeds?.find((held) => held.seed === seed)?.scores ?? scores;
}
