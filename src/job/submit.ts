// Runs a job from recipe to result, from whatever state an earlier run left it in. One create at most: INTENT is on disk
// before the call, and whoever moved the job to INTENT is the only one to send it (DESIGN section 6).

import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { InterruptedError, RectuneError, RefusedError, RemoteError } from "../base/errors.ts";
import { findStateDir } from "../base/files.ts";
import type { Context } from "../base/logger.ts";
import { writeJobFile, writeModelCard } from "./job-file.ts";
import { type JobRecord, Ledger, StaleStateError } from "./ledger.ts";
import {
  draftJob,
  planJob,
  refuseAboveLimit,
  requestOf,
  requestOfDraft,
  runKeyOfDraft,
  unresolvedUsd,
  type Draft,
} from "./plan.ts";
import { processName } from "./provider/process-id.ts";
import { providers as allProviders } from "./provider/index.ts";
import {
  type DatasetRef,
  JobRejected,
  type JobPlan,
  type JobResult,
  type Provider,
  type Uploaded,
} from "./provider/types.ts";
import type { JobRecipe } from "./recipe.ts";
import { reconcileJob, reconcileOthers, resolveCommand } from "./reconcile.ts";
import { isTerminal } from "./states.ts";
import { pause, watchJob } from "./watch.ts";

export type SubmitOptions = {
  /** Dollars; default is the recipe's maxUsd. */
  maxUsd?: number;
  /** Plan only: nothing is recorded, nothing is sent. */
  dryRun?: boolean;
  /** Return once submitted. */
  detach?: boolean;
  /** Asked before a plan that may cost money is approved; absent: the limit alone decides. */
  confirm?: (plan: JobPlan) => Promise<boolean>;
  providers?: Readonly<Record<string, Provider>>;
};

export type SubmitOutcome =
  | { kind: "planned"; runKey: string; plan: JobPlan; earlier: JobRecord | null }
  | { kind: "submitted"; job: JobRecord }
  | { kind: "done"; job: JobRecord; result: JobResult; reused: boolean };

/** The state folder of a context, absolute. */
export function stateDirOf(context: Context): string {
  return resolve(context.cwd, context.stateDir ?? findStateDir(context.cwd));
}

/**
 * Submits a job for a dataset and watches it to its end; an identical finished job is used again, an unfinished one goes
 * on, one that failed gets a new attempt.
 * @throws RefusedError above the limit or with an untrustworthy ledger, RemoteError when the provider fails or a create
 * stays unanswered, InterruptedError on abort; the same call goes on from there.
 */
export async function submitJob(
  recipe: JobRecipe,
  dataset: DatasetRef,
  context: Context,
  options: SubmitOptions = {},
): Promise<SubmitOutcome> {
  const providers = options.providers ?? allProviders;
  const provider = providers[recipe.provider]!;
  const draft = await draftJob(recipe, dataset, provider, context);
  using ledger = new Ledger(stateDirOf(context));
  const { runKey, attempt, earlier } = await chooseAttempt(ledger, draft, context);
  const request = requestOfDraft(draft, runKey, ledger.stateDir);
  if (options.dryRun) {
    const plan = await planJob(provider, request, recipe.path, context);
    return { kind: "planned", runKey, plan, earlier };
  }
  await reconcileOthers(ledger, runKey, providers, context);
  const { spec, account, model, method } = draft;
  const job =
    earlier ??
    ledger.add({
      runKey,
      provider: provider.name,
      account,
      dedupe: provider.dedupe,
      model,
      method,
      datasetSha256: spec.dataset.sha256,
      spec,
      attempt,
      at: context.now(),
    });
  context.onPoint?.("job:planned");
  const run: Run = {
    ledger,
    provider,
    context,
    options,
    where: recipe.path,
    maxUsd: options.maxUsd ?? recipe.maxUsd,
  };
  return await drive(run, job, earlier?.state === "SUCCEEDED");
}

type Run = {
  ledger: Ledger;
  provider: Provider;
  context: Context;
  options: Pick<SubmitOptions, "detach" | "confirm">;
  where: string;
  maxUsd: number;
};

/** The first attempt that is not a closed failure: FAILED, CANCELLED and REJECTED are followed by a new one. */
async function chooseAttempt(
  ledger: Ledger,
  draft: Draft,
  context: Context,
): Promise<{ runKey: string; attempt: number; earlier: JobRecord | null }> {
  for (let attempt = 1; ; attempt++) {
    const runKey = runKeyOfDraft(draft, attempt);
    const earlier = ledger.byRunKey(runKey);
    if (earlier === null || !isTerminal(earlier.state)) return { runKey, attempt, earlier };
    if (earlier.state !== "SUCCEEDED") continue;
    if (await draft.provider.result(earlier.remoteId!, requestOf(earlier, ledger), context))
      return { runKey, attempt, earlier };
    context.log.warn(
      `job ${earlier.id} had succeeded, but what it made is gone; starting a new attempt`,
    );
  }
}

/** Moves the job on, one state a turn. Where another process was faster, it looks again and goes on from there. */
async function drive(run: Run, start: JobRecord, reused: boolean): Promise<SubmitOutcome> {
  const { ledger, provider, context, options } = run;
  let plan: JobPlan | null = null;
  let uploaded: Uploaded | null = null;
  for (let job = start; ; job = ledger.get(job.id)) {
    if (context.signal.aborted) throw stopped(job);
    const request = requestOf(job, ledger);
    try {
      switch (job.state) {
        case "PLANNED": {
          plan = await approve(run, job);
          const { ceilingUsd, estimateUsd } = plan;
          ledger.transition(job.id, "PLANNED", "APPROVED", {
            at: context.now(),
            ceilingUsd,
            data: { estimateUsd },
          });
          context.onPoint?.("job:approved");
          break;
        }
        case "APPROVED":
          ledger.transition(job.id, "APPROVED", "UPLOADING", { at: context.now() });
          break;
        case "UPLOADING":
          uploaded = await provider.upload(request, context);
          ledger.transition(job.id, "UPLOADING", "UPLOADED", {
            at: context.now(),
            data: { ...uploaded },
          });
          context.onPoint?.("job:uploaded");
          break;
        case "UPLOADED": {
          // Prices may have changed since an earlier run approved the job.
          plan ??= await approve(run, job);
          uploaded ??= await provider.upload(request, context);
          await send(run, job, uploaded, plan.ceilingUsd);
          break;
        }
        case "INTENT":
        case "UNKNOWN": {
          const after = await reconcileJob(ledger, job, provider, context, "patient");
          if (after.state === "INTENT") await pause(200, context.signal);
          if (after.state === "UNKNOWN" && !context.signal.aborted) {
            if (provider.dedupe !== "A") throw unresolved(after);
            uploaded ??= await provider.upload(request, context);
            await send(run, after, uploaded, after.ceilingUsd);
          }
          break;
        }
        case "SUBMITTED":
        case "RUNNING":
          await writeJobFile(ledger, job, null);
          if (options.detach) return { kind: "submitted", job };
          await watchJob(ledger, job, provider, context);
          break;
        case "SUCCEEDED":
          return {
            kind: "done",
            job,
            result: await finishJob(ledger, job, provider, context),
            reused,
          };
        default:
          await writeJobFile(ledger, job, null);
          throw ended(ledger, job);
      }
    } catch (error) {
      if (!(error instanceof StaleStateError)) throw error;
    }
  }
}

/** Collects what a succeeded job left and writes job.json and the model card. */
export async function finishJob(
  ledger: Ledger,
  job: JobRecord,
  provider: Provider,
  context: Context,
): Promise<JobResult> {
  const result = await provider.result(job.remoteId!, requestOf(job, ledger), context);
  if (!result) {
    throw new RectuneError(`job ${job.id} succeeded, but what it made is gone`, {
      code: "job-result-gone",
      where: job.jobDir,
      next: "Run the same command again: it starts a new attempt.",
    });
  }
  await writeModelCard(job, result);
  await writeJobFile(ledger, job, result);
  return result;
}

async function approve(
  { ledger, provider, context, options, where, maxUsd }: Run,
  job: JobRecord,
): Promise<JobPlan> {
  const plan = await planJob(provider, requestOf(job, ledger), where, context);
  for (const note of plan.notes) context.log.debug(note);
  refuseAboveLimit(plan, maxUsd, unresolvedUsd(ledger, job.runKey));
  if (plan.ceilingUsd > 0 && options.confirm && !(await options.confirm(plan))) {
    throw new RefusedError("the plan was not approved", {
      code: "job-not-approved",
      next: "Nothing was sent.",
    });
  }
  return plan;
}

/** The one create. Whoever wins the step to INTENT sends; what comes back, or does not, decides the next state. */
async function send(
  { ledger, provider, context, maxUsd }: Run,
  job: JobRecord,
  uploaded: Uploaded,
  ceilingUsd: number,
): Promise<void> {
  const request = requestOf(job, ledger);
  await mkdir(job.jobDir, { recursive: true });
  ledger.transition(job.id, job.state, "INTENT", {
    at: context.now(),
    owner: processName(),
    ceilingUsd,
    // Again, and inside the transaction: another process may have spent the budget meanwhile.
    guard: () => refuseAboveLimit({ ceilingUsd }, maxUsd, unresolvedUsd(ledger, job.runKey)),
  });
  context.onPoint?.("job:intent");
  let remoteId: string;
  try {
    ({ remoteId } = await provider.submit(request, uploaded, context));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const to = error instanceof JobRejected ? "REJECTED" : "UNKNOWN";
    ledger.transition(job.id, "INTENT", to, { at: context.now(), data: { reason } });
    if (to === "REJECTED") throw error;
    context.log.warn(
      `job ${job.id}: the create got no clear answer (${reason.split("\n")[0]}); looking whether it arrived`,
    );
    return;
  }
  context.onPoint?.("job:sent");
  // A process that took this one for dead may have moved the job to UNKNOWN; the answer settles that too.
  const { state } = ledger.get(job.id);
  if (state === "INTENT" || state === "UNKNOWN") {
    ledger.transition(job.id, state, "SUBMITTED", { at: context.now(), remoteId });
  }
  context.onPoint?.("job:submitted");
}

function unresolved(job: JobRecord): RemoteError {
  return new RemoteError(
    `nobody knows whether the create of job ${job.id} arrived at ${job.provider}, and it may have cost money`,
    {
      code: "job-unresolved",
      next: `Look there for run key ${job.runKey.slice(0, 12)}, then: ${resolveCommand(job)}`,
    },
  );
}

function ended(ledger: Ledger, job: JobRecord): RectuneError {
  const last = ledger.events(job.id).findLast(({ to }) => to === job.state);
  const reason = last?.data["reason"];
  return new RectuneError(
    `job ${job.id} ${job.state.toLowerCase()}${typeof reason === "string" ? `: ${reason}` : ""}`,
    {
      code: `job-${job.state.toLowerCase()}`,
      where: job.jobDir,
      next: "The same command starts a new attempt.",
    },
  );
}

function stopped(job: JobRecord): InterruptedError {
  return new InterruptedError(`stopped; job ${job.id} is ${job.state}`, {
    code: "job-interrupted",
    next: "The same command goes on from here.",
  });
}
