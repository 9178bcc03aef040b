// From a job recipe to a tuned model: the dataset is built where it is missing or stale, then the job is run.

import { pathKind } from "../base/files.ts";
import type { Context } from "../base/logger.ts";
import { buildDataset } from "../dataset/build.ts";
import { loadDatasetRecipe } from "../dataset/recipe.ts";
import { describeDataset } from "./describe-dataset.ts";
import type { JobRecipe } from "./recipe.ts";
import { submitJob, type SubmitOptions, type SubmitOutcome } from "./submit.ts";

export type TuneOptions = SubmitOptions & {
  /** A complete dataset folder to use instead of the recipe's dataset. */
  datasetDir?: string;
  /** Overrides `key.path=value` of the dataset's recipe. */
  datasetOverrides?: readonly string[];
  /** At most this many users in the dataset. */
  limit?: number;
};

/** Tunes as a recipe says. Errors are those of `buildDataset` and `submitJob`. */
export async function tune(
  recipe: JobRecipe,
  context: Context,
  options: TuneOptions = {},
): Promise<SubmitOutcome> {
  const dir = options.datasetDir ?? (await datasetDirOf(recipe, context, options));
  return submitJob(recipe, await describeDataset(dir), context, options);
}

async function datasetDirOf(
  recipe: JobRecipe,
  context: Context,
  options: TuneOptions,
): Promise<string> {
  if ((await pathKind(recipe.dataset)) === "folder") return recipe.dataset;
  const dataset = await loadDatasetRecipe(recipe.dataset, options.datasetOverrides, context.cwd);
  const { limit } = options;
  const built = await buildDataset(dataset, context, limit === undefined ? {} : { limit });
  return built.dir;
}
