// Training seeds of a tuned system: `{name: tuned, model: job, seeds: [1, 2, 3]}` is one job a seed, asked as tuned-seed1,
// tuned-seed2, …; `tuned` is their mean, user by user, so that one lucky run makes no verdict.

import { z } from "zod";
import type { Suite, SuiteSystem, SuiteValue } from "./recipe.ts";

export const seedKeys = {
  seeds: z
    .array(z.int().nonnegative())
    .min(2)
    .refine((seeds) => new Set(seeds).size === seeds.length, "a seed stands twice")
    .optional()
    .describe(
      "Training seeds of the suite's job: one job each, asked as <name>-seed<N>; <name> is their mean",
    ),
};

/** A system that stands for the mean of others. */
export type Pool = { name: string; members: { seed: number; name: string }[] };

/** The pools of a suite. */
export function poolsOf(systems: readonly SuiteSystem[]): Pool[] {
  return systems.flatMap(({ name, seeds }) =>
    seeds ? [{ name, members: seeds.map((seed) => ({ seed, name: `${name}-seed${seed}` })) }] : [],
  );
}

/** What is wrong with a system's seeds; null where nothing is. */
export function findSeedFault({ model, seeds, checkpoints }: SuiteSystem): string | null {
  if (seeds === undefined) return null;
  if (/^job(?::base)?$/.test(model ?? "") && checkpoints === undefined) return null;
  return "only the suite's own job (job, job:base) has training seeds, without checkpoints";
}

/** What is wrong with a comparison of two pools: they are paired seed by seed. Null where nothing is. */
export function findPairFault(
  systems: readonly SuiteSystem[],
  { system, against }: { system: string; against: string },
): string | null {
  const seedsOf = (name: string): string => listSeeds(systems.find((one) => one.name === name));
  const [a, b] = [seedsOf(system), seedsOf(against)];
  if (a === "" || b === "" || a === b) return null;
  return `"${system}" and "${against}" have different seeds; systems are paired seed by seed`;
}

/**
 * What is wrong with an ablation beside a tuned system with seeds: asked of one job alone, what it loses could not be told
 * from what one seed differs by. Null where nothing is.
 */
export function findAblationFault(
  systems: readonly SuiteSystem[],
  { name, model, ablation, seeds }: SuiteSystem,
): string | null {
  const isOwn = (other: string | undefined): boolean => other === "job";
  if (ablation === undefined || !isOwn(model)) return null;
  const pool = systems.find((one) => isOwn(one.model) && one.seeds && !one.ablation);
  const wanted = listSeeds(pool);
  if (!pool || wanted === listSeeds({ seeds })) return null;
  return `"${pool.name}" is the mean of seeds ${wanted}: ask "${name}" of the same jobs, seeds: [${wanted}]`;
}

/** A system's seeds, ascending; empty where it has none. */
function listSeeds(system: Pick<SuiteSystem, "seeds"> | undefined): string {
  return (system?.seeds ?? []).toSorted((a, b) => a - b).join(", ");
}

/** The systems to be asked: in place of a pool its members, each with its one seed. */
export function expandSeeds(systems: readonly SuiteSystem[]): SuiteSystem[] {
  return systems.flatMap((system) => {
    const [pool] = poolsOf([system]);
    return pool
      ? pool.members.map(({ seed, name }) => ({ ...system, name, seeds: [seed] }))
      : [system];
  });
}

/** What the suite's job is tuned with: a null for the job recipe's own seed, and the seeds that systems name. */
export function trainSeedsOf({ systems }: Pick<SuiteValue, "systems">): (number | null)[] {
  const own = systems.some(({ model, seeds }) => !seeds && /^job(?:$|@|:base$)/.test(model ?? ""));
  const seeds = [...new Set(systems.flatMap((system) => system.seeds ?? []))].sort((a, b) => a - b);
  return own || seeds.length === 0 ? [null, ...seeds] : seeds;
}

/** The suite with its job under another training seed; null leaves it as it is. */
export function withTrainSeed(suite: Suite, seed: number | null): Suite {
  return seed === null
    ? suite
    : { ...suite, jobOverrides: [...suite.jobOverrides, `seed=${seed}`] };
}
