// What a suite may say of a baseline: which one it is, its parameters, what it is fitted on; and of all of them: how whole
// catalogs are ranked, and how many settings tuning may try.

import { z } from "zod";
import { baselines } from "../../log/baseline/index.ts";
import { findProblem } from "../../log/baseline/params.ts";

export const fitChoices = ["train", "train+validation"] as const;
export type FitOn = (typeof fitChoices)[number];

/** Keys of a system that only baselines have. */
export const baselineKeys = {
  baseline: z
    .string()
    .optional()
    .describe(
      "Which baseline this is, where the name is another: {name: ease-500, baseline: ease}",
    ),
  params: z
    .record(z.string(), z.union([z.number(), z.string()]))
    .optional()
    .describe("Its parameters; those left out are the defaults (docs/baselines.md lists both)"),
  fitOn: z
    .enum(fitChoices)
    .optional()
    .describe("Rows it is fitted on: train, or train and validation (default: train)"),
  tune: z
    .boolean()
    .optional()
    .describe("false: the suite's `tune` leaves this one as it stands (default: true)"),
};

/** The suite's keys `fullRanking` and `tune`. */
export const rankingKeys = {
  fullRanking: z
    .strictObject({
      mask: z
        .enum(["seen", "none"])
        .default("seen")
        .describe(
          "seen: what the user had before the target is not ranked, but for datasets with `repeats: keep`",
        ),
      keep: z
        .int()
        .min(1)
        .max(100_000)
        .default(100)
        .describe("Items of each ranking that the prediction file keeps, beside the truth's rank"),
    })
    .prefault({})
    .describe("How baselines rank the whole catalog for next-item examples"),
  tune: z
    .strictObject({
      trials: z
        .int()
        .min(1)
        .max(1000)
        .describe("Settings tried of each baseline, the default first"),
    })
    .nullable()
    .default(null)
    .describe("Baselines are tuned on the validation examples; the settings tried are kept"),
};

export type FullRanking = z.infer<(typeof rankingKeys)["fullRanking"]>;

type Keys = { [K in keyof typeof baselineKeys]: z.infer<(typeof baselineKeys)[K]> };

/** The baseline that a system is, or undefined where it is a model. */
export function baselineOf(system: {
  name: string;
  model?: string | undefined;
  baseline?: string | undefined;
}): string | undefined {
  return system.model === undefined ? (system.baseline ?? system.name) : undefined;
}

/** What is wrong with the baseline keys of one system. */
export function findBaselineFaults(
  system: Partial<Keys> & { name: string; model?: string | undefined },
): { key: string[]; message: string }[] {
  const found: { key: string[]; message: string }[] = [];
  if (system.model !== undefined) {
    for (const key of Object.keys(baselineKeys) as (keyof Keys)[]) {
      if (system[key] !== undefined)
        found.push({ key: [key], message: "only baselines have this" });
    }
    return found;
  }
  const specs = baselines[system.baseline ?? system.name]?.params ?? {};
  for (const [name, value] of Object.entries(system.params ?? {})) {
    const problem = findProblem(specs, name, value);
    if (problem === null) continue;
    const message = `${system.baseline ?? system.name} ${problem.what}; ${problem.next}`;
    found.push({ key: ["params", name], message });
  }
  return found;
}
