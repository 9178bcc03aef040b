// What an evaluation needs of a finished job, found in the ledger without tuning anything.

import { join } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { pathKind } from "../../base/files.ts";
import type { Context } from "../../base/logger.ts";
import { describeDataset } from "../../job/describe-dataset.ts";
import { Ledger, type JobRecord } from "../../job/ledger.ts";
import { draftJob, requestOf, runKeyOfDraft } from "../../job/plan.ts";
import { providers } from "../../job/provider/index.ts";
import type { Checkpoint, JobResult } from "../../job/provider/types.ts";
import { loadJobRecipe, type JobRecipe } from "../../job/recipe.ts";
import { stateDirOf } from "../../job/submit.ts";
import type { Suite } from "./recipe.ts";

/** A finished job: its models by reference, e.g. `micro:DIR`. */
export type TunedJob = {
  id: string;
  /** Where it ran; absent where the caller made the model. */
  provider?: string;
  model: string;
  base: string;
  /** States of the model during training, oldest first. */
  checkpoints: Checkpoint[];
  /** Where hosted models answer; absent where their names alone tell. */
  at?: { baseUrl: string; keyEnv: string };
  /** Lines of the report about the tuned model and its base. */
  about: string;
  baseAbout: string;
  /** What must be said beside the numbers; null where the base is what it seems. */
  note: string | null;
};

/**
 * The job recipe of a suite, with the overrides that reach into it; null where the suite names none.
 * @throws UsageError `suite-job-dataset` when the job is tuned on another dataset than the suite asks.
 */
export async function loadSuiteJob(suite: Suite, context: Context): Promise<JobRecipe | null> {
  if (suite.jobPath === null) return null;
  const recipe = await loadJobRecipe(suite.jobPath, suite.jobOverrides, context.cwd);
  if (recipe.dataset === suite.datasetPath) return recipe;
  throw new UsageError("the job is tuned on another dataset than the suite asks about", {
    code: "suite-job-dataset",
    where: `${suite.path}, job`,
    next: `The suite names ${suite.datasetPath}, the job ${recipe.dataset}; make them the same.`,
  });
}

/** The finished job of a suite on a built dataset, or null where there is none. */
export async function findSuiteJob(
  suite: Suite,
  datasetDir: string,
  context: Context,
): Promise<TunedJob | null> {
  const recipe = await loadSuiteJob(suite, context);
  const stateDir = stateDirOf(context);
  if (recipe === null || !(await hasLedger(stateDir))) return null;
  const provider = providers[recipe.provider]!;
  const draft = await draftJob(recipe, await describeDataset(datasetDir), provider, context);
  using ledger = new Ledger(stateDir);
  for (let attempt = 1; ; attempt++) {
    const job = ledger.byRunKey(runKeyOfDraft(draft, attempt));
    if (job === null) return null;
    const tuned = await openJob(job, ledger, context);
    if (tuned !== null) return tuned;
  }
}

/** A finished job by the start of its id. @throws UsageError where there is none, or it is not finished. */
export async function findJobById(id: string, context: Context): Promise<TunedJob> {
  const stateDir = stateDirOf(context);
  if (await hasLedger(stateDir)) {
    using ledger = new Ledger(stateDir);
    const job = ledger.find(id);
    const tuned = await openJob(job, ledger, context);
    if (tuned !== null) return tuned;
    throw new UsageError(`job ${job.id} is ${job.state} and has no model to ask`, {
      code: "job-unfinished",
      where: "systems",
      next: `rectune jobs show ${job.id} tells more.`,
    });
  }
  throw new UsageError(`there is no job "${id}"`, {
    code: "job-unknown",
    where: "systems",
    next: `No job was ever started with the state folder ${stateDir}.`,
  });
}

/** What a job and its result are to an evaluation. */
export function tunedJobOf({ id, provider, model, spec }: JobRecord, result: JobResult): TunedJob {
  const steps = result.steps === null ? "" : `, ${result.steps} steps`;
  const name = `${provider}:${model}`;
  const { model: made, base, checkpoints, at } = result;
  const about = `${name}, tuned${steps}`;
  const held = { id, provider, model: made, base, checkpoints, ...(at ? { at } : {}), about };
  if (provider !== "micro") return { ...held, baseAbout: name, note: null };
  const baseSteps = String(spec.options["baseSteps"]);
  return {
    ...held,
    baseAbout: `${name}, ${baseSteps} steps on shuffled targets`,
    // No report may leave it out: beating this base says that the user's history was read, and no more.
    note: `base = the same net trained for ${baseSteps} steps on the same wording and catalog with shuffled targets: it knows format and popularity, nothing of the user`,
  };
}

async function openJob(job: JobRecord, ledger: Ledger, context: Context): Promise<TunedJob | null> {
  if (job.state !== "SUCCEEDED") return null;
  const provider = providers[job.provider]!;
  const result = await provider.result(job.remoteId!, requestOf(job, ledger), context);
  return result === null ? null : tunedJobOf(job, result);
}

// Opening a ledger makes one; looking should not.
async function hasLedger(stateDir: string): Promise<boolean> {
  return (await pathKind(join(stateDir, "ledger.sqlite"))) === "file";
}
