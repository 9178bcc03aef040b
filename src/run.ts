// Runs a suite from whatever state it is in: builds what is stale, tunes what is stale, asks what is missing.

import type { Context } from "./base/logger.ts";
import {
  buildSuiteDataset,
  evaluate,
  type EvaluateOptions,
  type EvaluateResult,
} from "./eval/evaluate.ts";
import type { Suite } from "./eval/suite/recipe.ts";
import { trainSeedsOf } from "./eval/suite/seed-keys.ts";
import { loadSuiteJob, tunedJobOf } from "./eval/suite/tuned-job.ts";
import { describeDataset } from "./job/describe-dataset.ts";
import type { TuneSeedsOptions } from "./job/tune-seeds.ts";

export type RunOptions = Pick<EvaluateOptions, "out" | "ifExists" | "limit"> &
  Pick<TuneSeedsOptions, "confirm" | "onPlan"> & {
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

/** The suite's job, tuned with every seed that a system names, and the dollars left for serving; nothing without a job. */
async function tuneSuite(
  suite: Suite,
  datasetDir: string,
  context: Context,
  options: Pick<TuneSeedsOptions, "maxUsd" | "confirm" | "onPlan">,
): Promise<Pick<EvaluateOptions, "job" | "leaseUsd">> {
  const recipe = await loadSuiteJob(suite, context);
  if (recipe === null) return {};
  const { tuneSeeds } = await import("./job/tune-seeds.ts");
  const asked = trainSeedsOf(suite.value);
  const seeds = [...new Set(asked.map((seed) => seed ?? recipe.seed))];
  const dataset = await describeDataset(datasetDir);
  const { jobs, leftUsd } = await tuneSeeds(recipe, seeds, dataset, context, options);
  const own = asked.includes(null) ? jobs.find(({ seed }) => seed === recipe.seed) : undefined;
  return { ...(own && { job: tunedJobOf(own.job, own.result) }), leaseUsd: leftUsd };
}
