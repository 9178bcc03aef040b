// The scores of a system that was trained with several seeds: each user's mean over the seeds, so that users stay the unit
// of every statistic, and beside a comparison the difference that each seed gives alone.

import { mean, standardDeviation } from "../../base/stat/summary.ts";
import { meanOverSeeds, pairUp } from "./compare.ts";
import type { PerUser, SystemScores } from "./score.ts";
import type { Comparison } from "./types.ts";

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

/** The comparison with the difference of each seed; one seed against the same seed where both sides have it. */
export function withSeeds(comparison: Comparison, systems: readonly Trained[]): Comparison {
  const find = (name: string) => systems.find((system) => system.name === name)!;
  const [a, b] = [find(comparison.system), find(comparison.against)];
  const seeds = (a.seeds ?? b.seeds)
    ?.map(({ seed }) => seed)
    .filter((seed) => holds(a, seed) && holds(b, seed));
  if (!seeds || seeds.length === 0) return comparison;
  const deltas = seeds.map((seed) => {
    const [own, other] = [a, b].map((side) => scoresOf(side, seed).perUser[comparison.metric]!);
    return mean(pairUp(own!, other!));
  });
  return { ...comparison, seeds: { seeds, deltas, sd: standardDeviation(deltas) } };
}

function holds({ seeds }: Trained, seed: number): boolean {
  return seeds === undefined || seeds.some((held) => held.seed === seed);
}

function scoresOf({ scores, seeds }: Trained, seed: number): SystemScores {
  return seeds?.find((held) => held.seed === seed)?.scores ?? scores;
}
