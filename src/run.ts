// Runs a suite from whatever state it is in: builds what is stale, tunes what is stale, asks what is missing.

import { RectuneError } from "./base/errors.ts";
import type { Context } from "./base/logger.ts";
import {
  buildSuiteDataset,
  evaluate,
  type EvaluateOptions,
  type EvaluateResult,
} from "./eval/evaluate.ts";
import type { Suite } from "./eval/suite/recipe.ts";
import { loadSuiteJob, tunedJobOf } from "./eval/suite/tuned-job.ts";
import type { TuneOptions } from "./job/tune.ts";

export type RunOptions = Pick<EvaluateOptions, "out" | "ifExists" | "limit"> &
  Pick<TuneOptions, "confirm" | "onPlan"> & {
    /** Dollars that tuning and serving may cost at most; default is the job recipe's maxUsd. */
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
  const { maxUsd, confirm, onPlan, ...evalOptions } = options;
  const dataset = await buildSuiteDataset(suite, context);
  const tuned = await tuneSuite(suite, dataset.dir, context, {
    ...(maxUsd === undefined ? {} : { maxUsd }),
    ...(confirm === undefined ? {} : { confirm }),
    ...(onPlan === undefined ? {} : { onPlan }),
  });
  return evaluate(suite, context, { ...evalOptions, dataset, ...tuned });
}

/** The suite's job, tuned, and the dollars that are left for serving it; nothing where the suite has no job. */
async function tuneSuite(
  suite: Suite,
  datasetDir: string,
  context: Context,
  options: Pick<TuneOptions, "maxUsd" | "confirm" | "onPlan">,
): Promise<Pick<EvaluateOptions, "job" | "leaseUsd">> {
  const recipe = await loadSuiteJob(suite, context);
  if (recipe === null) return {};
  const { tune } = await import("./job/tune.ts");
  const outcome = await tune(recipe, context, { datasetDir, ...options });
  if (outcome.kind !== "done") {
    throw new RectuneError(`the job is ${outcome.kind}, not done`, { code: "run-job" });
  }
  const { job, result, reused } = outcome;
  context.log.info(reused ? `job ${job.id}: reused` : `job ${job.id}: tuned`);
  const leaseUsd = (options.maxUsd ?? recipe.maxUsd) - (reused ? 0 : job.ceilingUsd);
  return { job: tunedJobOf(job, result), leaseUsd };
}
