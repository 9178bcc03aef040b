// Cross-validation: a dataset split at random into folds is built once a fold, and every fold's rows are asked of baselines
// fitted without them. Examples keep their ids, which no two folds share; the users of all folds are the unit of statistics.

import { UsageError } from "../../base/errors.ts";
import { hashOf } from "../../base/ids.ts";
import type { Context } from "../../base/logger.ts";
import type { BuildResult } from "../../dataset/build.ts";
import type { Example } from "../../dataset/task/types.ts";
import type { EvalData } from "./eval-data.ts";
import { limitExamples } from "./load-examples.ts";
import type { Suite, SuiteValue } from "./recipe.ts";

/** Folds that a suite asks, ascending; null where it asks the dataset as it stands. */
export function foldsOf({ value, path }: Suite, { manifest }: BuildResult): number[] | null {
  if (value.folds === null) return null;
  const { split } = manifest.recipe as { split?: { by?: string; folds?: number } };
  if (split?.by !== "random" || split.folds === undefined) {
    throw new UsageError("only a dataset that is split at random has folds", {
      code: "eval-folds",
      where: `${path}, folds`,
      next: "Set split: {by: random, folds: 5} in the dataset, or leave `folds` out of the suite.",
    });
  }
  const all = Array.from({ length: split.folds }, (_, fold) => fold);
  if (value.folds === "all") return all;
  const foreign = value.folds.find((fold) => !all.includes(fold));
  if (foreign === undefined) return [...new Set(value.folds)].sort((a, b) => a - b);
  throw new UsageError(`the dataset has no fold ${foreign}`, {
    code: "eval-folds",
    where: `${path}, folds`,
    next: `It has folds 0 to ${split.folds - 1}.`,
  });
}

/** The dataset of each fold, built where it is missing; the one at hand alone where the suite asks no folds. */
export async function buildFolds(
  suite: Suite,
  first: BuildResult,
  build: (suite: Suite, context: Context) => Promise<BuildResult>,
  context: Context,
): Promise<BuildResult[]> {
  const folds = foldsOf(suite, first);
  if (folds === null) return [first];
  const built: BuildResult[] = [];
  for (const fold of folds) {
    const datasetOverrides = [...suite.datasetOverrides, `split.fold=${fold}`];
    built.push(await build({ ...suite, datasetOverrides }, context));
  }
  return built;
}

/**
 * The folds as one: their examples, of as many users in all as the suite's limit lets in, and each fold's own data for whoever
 * is fitted on it. Titles and history are those of the first, and the same in all; train is each fold's own.
 */
export function joinFolds(
  parts: readonly EvalData[],
  { limit, seed }: Pick<SuiteValue, "limit" | "seed">,
): EvalData {
  const [first] = parts;
  if (parts.length === 1) return first!;
  const hash = hashOf(parts.map(({ manifest }) => manifest.hash));
  const owners = new Map<string, number>();
  let joined: Promise<Example[]> | undefined;
  const join = async (): Promise<Example[]> => {
    const examples: Example[] = [];
    for (const [part, data] of parts.entries()) {
      for (const example of await data.everyExample()) {
        owners.set(example.id, part);
        examples.push(example);
      }
    }
    return limitExamples(examples, limit, seed);
  };
  return {
    ...first!,
    manifest: { ...first!.manifest, hash },
    examples: () => (joined ??= join()),
    parts,
    partOf: (example) => owners.get(example) ?? 0,
  };
}
