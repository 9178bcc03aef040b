// Checkpoints of a tuned model as systems of their own: `{name: tuned, model: job, checkpoints: all}` also asks
// tuned-step100, tuned-step200, …, so that the report shows where more training stopped to help.

import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import type { SuiteSystem } from "./recipe.ts";

export const checkpointKeys = {
  checkpoints: z
    .union([z.enum(["all", "last"]), z.array(z.int().nonnegative()).min(1)])
    .optional()
    .describe(
      "Checkpoints of the job that are asked too, each as <name>-step<N>: all, last, or steps",
    ),
};

/**
 * The systems of a suite, each followed by the checkpoints that it names. `stepsOf` gives the steps at which a job kept its
 * model, ascending.
 * @throws UsageError `suite-checkpoints` where a job kept none, or not those.
 */
export async function expandCheckpoints(
  systems: readonly SuiteSystem[],
  stepsOf: (reference: string) => Promise<readonly number[]>,
): Promise<SuiteSystem[]> {
  const expanded: SuiteSystem[] = [];
  for (const system of systems) {
    const { checkpoints, ...own } = system;
    expanded.push(own);
    if (checkpoints === undefined || own.model === undefined) continue;
    const kept = await stepsOf(own.model);
    for (const step of pickSteps(own, checkpoints, kept)) {
      const name = `${own.name}-step${step}`;
      expanded.push({ ...own, name, model: `${own.model}@${step}` });
    }
  }
  return expanded;
}

/** The listed system that one of this name was asked for: itself, or the one whose checkpoint it is. */
export function findListed(systems: readonly SuiteSystem[], name: string): SuiteSystem | undefined {
  const find = (wanted: string) => systems.find((system) => system.name === wanted);
  return find(name) ?? find(name.replace(/-step\d+$/, ""));
}

function pickSteps(
  { name }: SuiteSystem,
  wanted: NonNullable<SuiteSystem["checkpoints"]>,
  kept: readonly number[],
): readonly number[] {
  const missing = Array.isArray(wanted) ? wanted.filter((step) => !kept.includes(step)) : [];
  if (kept.length === 0 || missing.length > 0) {
    const what = kept.length === 0 ? "none" : `none at ${missing.join(", ")}`;
    throw new UsageError(`${name} asks checkpoints of its job, which kept ${what}`, {
      code: "suite-checkpoints",
      where: "systems",
      next:
        kept.length === 0
          ? "Leave `checkpoints` out, or tune at a provider that keeps them."
          : `It kept ${kept.join(", ")}.`,
    });
  }
  if (wanted === "all") return kept;
  return wanted === "last" ? kept.slice(-1) : [...new Set(wanted)].sort((a, b) => a - b);
}
