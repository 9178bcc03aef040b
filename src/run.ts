// Runs a suite from whatever state it is in: builds what is stale, tunes what is stale, asks what is missing.

import { RectuneError, RefusedError } from "./base/errors.ts";
import type { Context } from "./base/logger.ts";
import {
  buildSuiteDataset,
  evaluate,
  type EvaluateOptions,
  type EvaluateResult,
} from "./eval/evaluate.ts";
import type { Suite } from "./eval/suite/recipe.ts";
import { trainSeedsOf, withTrainSeed } from "./eval/suite/seed-keys.ts";
import { loadSuiteJob, tunedJobOf } from "./eval/suite/tuned-job.ts";
import type { JobRecipe } from "./job/recipe.ts";
import type { SubmitOutcome } from "./job/submit.ts";
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
  const recipes: { seed: number | null; recipe: JobRecipe }[] = [];
  for (const seed of trainSeedsOf(suite.value)) {
    const recipe = await loadSuiteJob(withTrainSeed(suite, seed), context);
    if (recipe !== null) recipes.push({ seed, recipe });
  }
  const [first] = recipes;
  if (first === undefined) return {};
  const { tune } = await import("./job/tune.ts");
  let leftUsd = options.maxUsd ?? first.recipe.maxUsd;
  if (recipes.length > 1) await refuseDearSeeds(recipes, tune, leftUsd, { context, datasetDir });
  const tuned: Pick<EvaluateOptions, "job"> = {};
  for (const { seed, recipe } of recipes) {
    const outcome = await tune(recipe, context, { datasetDir, ...options, maxUsd: leftUsd });
    if (outcome.kind !== "done") {
      throw new RectuneError(`the job is ${outcome.kind}, not done`, { code: "run-job" });
    }
    const { job, result, reused } = outcome;
    const which = seed === null ? "" : ` (seed ${seed})`;
    context.log.info(`job ${job.id}${which}: ${reused ? "reused" : "tuned"}`);
    leftUsd -= reused ? 0 : job.ceilingUsd;
    if (seed === null) tuned.job = tunedJobOf(job, result);
  }
  return { ...tuned, leaseUsd: leftUsd };
}

/** Several seeds are paid for together, or none is begun. @throws RefusedError `run-seeds-limit`. */
async function refuseDearSeeds(
  recipes: readonly { recipe: JobRecipe }[],
  tune: (recipe: JobRecipe, context: Context, options: TuneOptions) => Promise<SubmitOutcome>,
  maxUsd: number,
  { context, datasetDir }: { context: Context; datasetDir: string },
): Promise<void> {
  let ceilingUsd = 0;
  for (const { recipe } of recipes) {
    const planned = await tune(recipe, context, { datasetDir, dryRun: true });
    if (planned.kind === "planned" && planned.earlier?.state !== "SUCCEEDED")
      ceilingUsd += planned.plan.ceilingUsd;
  }
  if (ceilingUsd <= maxUsd) return;
  throw new RefusedError(
    `the seeds may cost $${ceilingUsd.toFixed(2)} together, above the limit of $${maxUsd.toFixed(2)}`,
    {
      code: "run-seeds-limit",
      where: "systems, seeds",
      next: "Ask fewer seeds, or raise --max-usd. Nothing was sent.",
    },
  );
}
