// Runs a suite from whatever state it is in: builds what is stale, tunes what is stale, asks what is missing.

import { RectuneError } from "./base/errors.ts";
import type { Context } from "./base/logger.ts";
import {
  buildSuiteDataset,
  evaluate,
  type EvaluateOptions,
  type EvaluateResult,
} from "./eval/evaluate.ts";
import type { Suite } from "./eval/recipe.ts";
import { loadSuiteJob, tunedJobOf, type TunedJob } from "./eval/tuned-job.ts";

export type RunOptions = Pick<EvaluateOptions, "out" | "ifExists" | "limit"> & {
  /** Dollars that tuning may cost at most; default is the job recipe's maxUsd. */
  maxUsd?: number;
};

/**
 * Builds the dataset of a suite, tunes its job and evaluates it; each step is used again where nothing changed.
 * @throws what `buildDataset`, `tune` and `evaluate` throw.
 */
export async function runSuite(
  suite: Suite,
  context: Context,
  options: RunOptions = {},
): Promise<EvaluateResult> {
  const { maxUsd, ...evalOptions } = options;
  const dataset = await buildSuiteDataset(suite, context);
  const job = await tuneSuite(suite, dataset.dir, context, maxUsd);
  return evaluate(suite, context, { ...evalOptions, dataset, ...(job ? { job } : {}) });
}

async function tuneSuite(
  suite: Suite,
  datasetDir: string,
  context: Context,
  maxUsd: number | undefined,
): Promise<TunedJob | null> {
  const recipe = await loadSuiteJob(suite, context);
  if (recipe === null) return null;
  const { tune } = await import("./job/tune.ts");
  const outcome = await tune(recipe, context, {
    datasetDir,
    ...(maxUsd === undefined ? {} : { maxUsd }),
  });
  if (outcome.kind !== "done") {
    throw new RectuneError(`the job is ${outcome.kind}, not done`, { code: "run-job" });
  }
  const { job, result, reused } = outcome;
  context.log.info(reused ? `job ${job.id}: reused` : `job ${job.id}: tuned`);
  return tunedJobOf(job, result);
}
