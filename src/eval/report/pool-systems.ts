// A system with training seeds in the report: the mean over its seeds, one line before theirs. Nothing was asked of it, so it
// has no predictions: its failure rates are the mean of its seeds', costs and positions stay with them.

import { mean } from "../../base/stat/summary.ts";
import { poolScores } from "../score/pool-scores.ts";
import type { Comparison, Report } from "../score/types.ts";
import type { Pool } from "../suite/seed-keys.ts";
import type { Scored } from "./report.ts";

/** The pools as systems, before those that they are the means of. */
export function poolAll(answered: readonly Scored[], pools: readonly Pool[]): Scored[] {
  return pools.map(({ name, members }) => {
    const systems = members.map((member) => answered.find((one) => one.name === member.name)!);
    const seeds = members.map(({ seed }, i) => ({ seed, scores: systems[i]!.scores }));
    const about = `mean over training seeds ${members.map(({ seed }) => seed).join(", ")}`;
    const { kind } = systems[0]!;
    return { name, kind, about, predictions: [], scores: poolScores(seeds), seeds };
  });
}

/** Failure rates with those of the pools, each the mean of its seeds'. */
export function poolFailures(
  failures: Report["failures"],
  pools: readonly Pool[],
): Report["failures"] {
  const pooled = pools.map(({ name, members }) => {
    const own = members.map((member) => failures[member.name]!);
    const kinds = [...new Set(own.flatMap((rates) => Object.keys(rates)))];
    return [name, Object.fromEntries(kinds.map((k) => [k, mean(own.map((r) => r[k] ?? 0))]))];
  });
  return { ...Object.fromEntries(pooled), ...failures };
}

/** A comparison whose pools are their first seeds, whose answers can be read. */
export function firstOf(
  { system, against }: Pick<Comparison, "system" | "against">,
  pools: readonly Pool[],
): Pick<Comparison, "system" | "against"> {
  const first = (name: string): string =>
    pools.find((pool) => pool.name === name)?.members[0]!.name ?? name;
  return { system: first(system), against: first(against) };
}
