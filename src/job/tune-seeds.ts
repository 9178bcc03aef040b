// One job recipe tuned with several seeds, one job after the other. What all of them may cost is counted, and approved, before
// the first starts: half of the seeds would be money spent on no answer.

import { RectuneError, RefusedError } from "../base/errors.ts";
import type { Context } from "../base/logger.ts";
import { openLedgerIfAny } from "./find-job.ts";
import type { JobRecord } from "./ledger.ts";
import { openUsd, refuseAboveLimit } from "./plan.ts";
import type { DatasetRef, JobPlan, JobResult } from "./provider/types.ts";
import type { JobRecipe } from "./recipe.ts";
import { submitJob, type SubmitOptions } from "./submit.ts";

export type SeedJob = { seed: number; job: JobRecord; result: JobResult; reused: boolean };

export type TuneSeedsOptions = Pick<SubmitOptions, "maxUsd" | "confirm" | "onPlan" | "providers">;

/**
 * Tunes a recipe once a seed, in their order; `leftUsd` is what remains of the limit. Finished jobs are used again.
 * @throws RefusedError `budget-exceeded`, `job-not-approved` before anything is sent; else what `submitJob` throws.
 */
export async function tuneSeeds(
  recipe: JobRecipe,
  seeds: readonly number[],
  dataset: DatasetRef,
  context: Context,
  options: TuneSeedsOptions,
): Promise<{ jobs: SeedJob[]; leftUsd: number }> {
  const approved =
    seeds.length > 1 ? await approveAll(recipe, seeds, dataset, context, options) : null;
  const jobs: SeedJob[] = [];
  let leftUsd = options.maxUsd ?? recipe.maxUsd;
  for (const seed of seeds) {
    const outcome = await submitJob({ ...recipe, seed }, dataset, context, {
      ...options,
      maxUsd: leftUsd,
      ...(approved && options.confirm ? { confirm: approved(seed, options.confirm) } : {}),
    });
    if (outcome.kind !== "done") {
      throw new RectuneError(`the job is ${outcome.kind}, not done`, { code: "run-job" });
    }
    const { job, result, reused } = outcome;
    leftUsd -= reused ? 0 : job.ceilingUsd;
    context.log.info(
      `job ${job.id}${seeds.length > 1 ? ` (seed ${seed})` : ""}: ${reused ? "reused" : "tuned"}`,
    );
    jobs.push({ seed, job, result, reused });
  }
  return { jobs, leftUsd };
}

type Confirm = (plan: JobPlan) => Promise<boolean>;

/** Approves the sum of all plans; gives what asks again only where a job would cost more than it was approved at. */
async function approveAll(
  recipe: JobRecipe,
  seeds: readonly number[],
  dataset: DatasetRef,
  context: Context,
  options: TuneSeedsOptions,
): Promise<(seed: number, confirm: Confirm) => Confirm> {
  const plans = new Map<number, JobPlan>();
  const open = openOf(context);
  for (const seed of seeds) {
    const dry = await submitJob({ ...recipe, seed }, dataset, context, {
      ...options,
      dryRun: true,
    });
    if (dry.kind !== "planned") continue;
    const { earlier, plan } = dry;
    // A finished job adds nothing to the sum, nor does one that the ledger counts already.
    const isCounted = earlier && (earlier.state === "SUCCEEDED" || open.ids.has(earlier.id));
    if (!isCounted) plans.set(seed, plan);
  }
  const all = [...plans.values()];
  const sum = (of: (plan: JobPlan) => number): number => all.reduce((s, plan) => s + of(plan), 0);
  const ceilingUsd = sum((plan) => plan.ceilingUsd);
  refuseAboveLimit({ ceilingUsd }, options.maxUsd ?? recipe.maxUsd, open.usd);
  if (ceilingUsd > 0 && options.confirm) {
    const whole = { ...all[0]!, ceilingUsd, estimateUsd: sum((plan) => plan.estimateUsd) };
    const named = [...plans.keys()].join(", ");
    const each = `${plans.size} jobs, seeds ${named}: the amounts are those of all together`;
    const shown = { ...whole, notes: [each, ...whole.notes] };
    options.onPlan?.(shown);
    if (!(await options.confirm(shown))) {
      throw new RefusedError("the plan was not approved", {
        code: "job-not-approved",
        next: "Nothing was sent.",
      });
    }
  }
  return (seed, confirm) => async (plan) =>
    plan.ceilingUsd <= (plans.get(seed)?.ceilingUsd ?? 0) || (await confirm(plan));
}

function openOf(context: Context): { usd: number; ids: ReadonlySet<string> } {
  using ledger = openLedgerIfAny(context);
  if (!ledger) return { usd: 0, ids: new Set() };
  return { usd: openUsd(ledger, ""), ids: new Set(ledger.open().map(({ id }) => id)) };
}
