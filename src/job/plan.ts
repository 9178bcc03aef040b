// What a job would send and cost at most, and whether that may be done: problems stop it, and so does a ceiling above
// the limit. The limit bounds this run together with every earlier create that was never answered.

import { join } from "node:path";
import { DataError, RefusedError, UsageError } from "../base/errors.ts";
import type { Context } from "../base/logger.ts";
import { openLeaseUsd } from "./lease-record.ts";
import { type JobRecord, type Ledger, runKeyOf } from "./ledger.ts";
import type {
  DatasetRef,
  JobPlan,
  JobRequest,
  JobSpec,
  Method,
  Provider,
} from "./provider/types.ts";
import type { JobRecipe } from "./recipe.ts";

/** A job that is not in the ledger yet. */
export type Draft = {
  spec: JobSpec;
  provider: Provider;
  account: string;
  model: string;
  method: Method;
};

/** Joins recipe, dataset and provider; names and hashes in it decide the run key. */
export async function draftJob(
  recipe: JobRecipe,
  dataset: DatasetRef,
  provider: Provider,
  context: Context,
): Promise<Draft> {
  const { hyperparameters, options, seed, method, model } = recipe;
  return {
    spec: { name: dataset.name, dataset, hyperparameters, options, seed },
    provider,
    account: await provider.account(context, options),
    model: provider.modelName(model),
    method,
  };
}

/** The run key of a draft's n-th attempt. */
export function runKeyOfDraft(
  { spec, provider, account, model, method }: Draft,
  attempt: number,
): string {
  const { hyperparameters, seed } = spec;
  const datasetSha256 = spec.dataset.sha256;
  const aside = new Set(provider.planOptions);
  const options = Object.fromEntries(
    Object.entries(spec.options).filter(([name]) => !aside.has(name)),
  );
  return runKeyOf({
    provider: provider.name,
    account,
    model,
    method,
    hyperparameters,
    options,
    seed,
    datasetSha256,
    attempt,
  });
}

/** A draft as its provider sees it. */
export function requestOfDraft(draft: Draft, runKey: string, stateDir: string): JobRequest {
  const { spec, account, model, method } = draft;
  return {
    ...spec,
    runKey,
    account,
    model,
    method,
    jobDir: join(stateDir, "jobs", runKey.slice(0, 12)),
    stateDir,
  };
}

/** A recorded job as its provider sees it. */
export function requestOf(job: JobRecord, ledger: Ledger): JobRequest {
  const { spec, runKey, account, model, jobDir } = job;
  return {
    ...spec,
    runKey,
    account,
    model,
    method: job.method as Method,
    jobDir,
    stateDir: ledger.stateDir,
  };
}

/**
 * The provider's plan, checked against its limits.
 * @throws UsageError when the job cannot run as the recipe has it, DataError when the dataset does not fit.
 */
export async function planJob(
  provider: Provider,
  request: JobRequest,
  where: string,
  context: Context,
): Promise<JobPlan> {
  const { minRows, maxRows, maxBytes } = provider.limits;
  const { rows, bytes } = request.dataset;
  const misfit =
    rows.train < minRows
      ? `${provider.name} wants ${minRows} training examples or more, the dataset has ${rows.train}`
      : maxRows !== null && rows.train > maxRows
        ? `${provider.name} takes ${maxRows} training examples at most, the dataset has ${rows.train}`
        : maxBytes !== null && bytes.train > maxBytes
          ? `${provider.name} takes files of ${maxBytes} bytes at most, train.jsonl has ${bytes.train}`
          : null;
  if (misfit !== null) {
    throw new DataError(misfit, {
      code: "job-limits",
      where: request.dataset.dir,
      next: "Change the dataset recipe, e.g. filter.sampleUsers or tasks. Nothing was sent.",
    });
  }
  const plan = await provider.plan(request, context);
  if (plan.problems.length > 0) {
    throw new UsageError(plan.problems.join("; "), {
      code: "job-plan",
      where,
      next: "Change the recipe. Nothing was sent.",
    });
  }
  const { forbids } = request.dataset;
  if (forbids === undefined || plan.requests.length === 0) return plan;
  const note = `the log's licence may forbid this: ${provider.name} is sent examples that quote it (${forbids})`;
  return { ...plan, notes: [note, ...plan.notes] };
}

/**
 * Dollars that may still be spent, at full ceilings, besides the job itself: unanswered creates, jobs that stand on the
 * user's word and were never seen to run, open leases.
 */
export function openUsd(ledger: Ledger, except: string): number {
  return ledger
    .open()
    .filter(({ runKey }) => runKey !== except)
    .reduce((sum, { ceilingUsd }) => sum + ceilingUsd, openLeaseUsd(ledger));
}

/** Refuses a plan whose ceiling, with all that is unresolved, is above the limit. @throws RefusedError (exit 5). */
export function refuseAboveLimit(
  plan: Pick<JobPlan, "ceilingUsd">,
  maxUsd: number,
  alreadyUsd: number,
): void {
  const { ceilingUsd } = plan;
  if (!Number.isFinite(ceilingUsd) || ceilingUsd < 0 || Number.isNaN(maxUsd)) {
    throw new RefusedError(`the plan has no usable ceiling (${ceilingUsd} USD)`, {
      code: "budget-unknown",
      next: "Nothing was sent.",
    });
  }
  // A job without cost is never held back by what other jobs may cost.
  if (ceilingUsd === 0 || ceilingUsd + alreadyUsd <= maxUsd) return;
  const open =
    alreadyUsd > 0
      ? ` and ${alreadyUsd.toFixed(2)} USD for creates never answered and models not released`
      : "";
  const settle = alreadyUsd > 0 ? "; `rectune jobs ls` shows what to resolve or release" : "";
  throw new RefusedError(
    `this may cost up to ${ceilingUsd.toFixed(2)} USD${open}; the limit is ${maxUsd.toFixed(2)} USD`,
    {
      code: "budget-exceeded",
      next: `Nothing was sent. To allow it: --max-usd ${(Math.ceil((ceilingUsd + alreadyUsd) * 100 - 1e-6) / 100).toFixed(2)}${settle}`,
    },
  );
}
