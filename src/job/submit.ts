// Runs a job from recipe to result, from whatever state an earlier run left it in: plan, approve, upload, send, watch,
// collect. What earlier runs left open is settled before anything new is sent (DESIGN section 6).

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { InterruptedError, RectuneError, RefusedError, RemoteError } from "../base/errors.ts";
import { findStateDir } from "../base/files.ts";
import type { Context } from "../base/logger.ts";
import { pause } from "../base/pause.ts";
import { writeJobFile, writeModelCard } from "./job-file.ts";
import { type JobRecord, Ledger, StaleStateError } from "./ledger.ts";
import { tidyMetrics } from "./metrics-file.ts";
import {
  draftJob,
  openUsd,
  planJob,
  refuseAboveLimit,
  requestOf,
  requestOfDraft,
  runKeyOfDraft,
  type Draft,
} from "./plan.ts";
import { providers as allProviders } from "./provider/index.ts";
import {
  type DatasetRef,
  type JobPlan,
  type JobResult,
  type Provider,
  type Uploaded,
} from "./provider/types.ts";
import type { JobRecipe } from "./recipe.ts";
import { releaseLeftLeases } from "./lease.ts";
import { adopt, findHits, reconcileJob, reconcileOthers, resolveCommand } from "./reconcile.ts";
import { cancelLateArrivals, enterIntent, send, type Sender } from "./send.ts";
import { isTerminal } from "./states.ts";
import { watchJob } from "./watch.ts";

export type SubmitOptions = {
  /** Dollars; default is the recipe's maxUsd. */
  maxUsd?: number;
  /** Plan only: nothing is recorded, nothing is sent. */
  dryRun?: boolean;
  /** Return once submitted. */
  detach?: boolean;
  /** Told the plan of a job that is about to be approved. */
  onPlan?: (plan: JobPlan) => void;
  /** Asked before a plan that may cost money is approved; absent: the limit alone decides. */
  confirm?: (plan: JobPlan) => Promise<boolean>;
  providers?: Readonly<Record<string, Provider>>;
};

export type SubmitOutcome =
  | { kind: "planned"; runKey: string; plan: JobPlan; earlier: JobRecord | null }
  | { kind: "submitted"; job: JobRecord }
  | { kind: "done"; job: JobRecord; result: JobResult; reused: boolean };

/** Creates that a server of class A may be sent again in one run, when it neither has the job nor answers. */
const maxResends = 3;

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
  if (options.dryRun && !existsSync(join(stateDirOf(context), "ledger.sqlite")))
    return await planOnly(
      draft,
      runKeyOfDraft(draft, 1),
      stateDirOf(context),
      null,
      recipe,
      context,
    );
  using ledger = new Ledger(stateDirOf(context));
  const { runKey, attempt, earlier, disowned } = await chooseAttempt(ledger, draft, context);
  if (options.dryRun)
    return await planOnly(draft, runKey, ledger.stateDir, earlier, recipe, context);
  await reconcileOthers(ledger, runKey, providers, context);
  await releaseLeftLeases(ledger, providers, context);
  const { spec, account, model, method } = draft;
  const job = earlier
    ? ledger.renewOptions(earlier.id, draft.spec.options, context.now())
    : ledger.add({
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
    disowned,
  };
  return await drive(run, job, earlier?.state === "SUCCEEDED");
}

type Run = Sender & {
  options: Pick<SubmitOptions, "detach" | "confirm" | "onPlan">;
  where: string;
};

/** What --dry-run tells; it makes no folder and no ledger. */
async function planOnly(
  draft: Draft,
  runKey: string,
  stateDir: string,
  earlier: JobRecord | null,
  { path }: JobRecipe,
  context: Context,
): Promise<SubmitOutcome> {
  const request = requestOfDraft(draft, runKey, stateDir);
  const plan = await planJob(draft.provider, request, path, context);
  return { kind: "planned", runKey, plan, earlier };
}

/** The first attempt that is not a closed failure: FAILED, CANCELLED and REJECTED are followed by a new one. */
async function chooseAttempt(
  ledger: Ledger,
  draft: Draft,
  context: Context,
): Promise<{
  runKey: string;
  attempt: number;
  earlier: JobRecord | null;
  disowned: JobRecord[];
}> {
  const disowned: JobRecord[] = [];
  for (let attempt = 1; ; attempt++) {
    const runKey = runKeyOfDraft(draft, attempt);
    const earlier = ledger.byRunKey(runKey);
    if (earlier === null || !isTerminal(earlier.state))
      return { runKey, attempt, earlier, disowned };
    if (isDisowned(ledger, earlier)) disowned.push(earlier);
    if (earlier.state !== "SUCCEEDED") continue;
    if (await draft.provider.result(earlier.remoteId!, requestOf(earlier, ledger), context))
      return { runKey, attempt, earlier, disowned };
    context.log.warn(
      `job ${earlier.id} had succeeded, but what it made is gone; starting a new attempt`,
    );
  }
}

/** Whether a job was closed by the user's word alone. */
function isDisowned(ledger: Ledger, job: JobRecord): boolean {
  return ledger.events(job.id).some(({ to, data }) => to === "REJECTED" && data["by"] === "user");
}

/** Moves the job on, one state a turn. Where another process was faster, it looks again and goes on from there. */
async function drive(run: Run, start: JobRecord, reused: boolean): Promise<SubmitOutcome> {
  const { ledger, provider, context, options } = run;
  let plan: JobPlan | null = null;
  let uploaded: Uploaded | null = null;
  let resends = 0;
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
          context.onPoint?.("job:uploading");
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
          await cancelLateArrivals(run);
          // A lost ledger must not make a second job: what carries the key already is adopted.
          const hits = await findHits(provider, request, context);
          context.onPoint?.("job:checked");
          await enterIntent(run, job, plan.ceilingUsd);
          if (hits.length > 0) await adopt(ledger, ledger.get(job.id), hits, provider, context);
          else await send(run, job, uploaded);
          break;
        }
        case "INTENT":
        case "UNKNOWN": {
          const after = await reconcileJob(ledger, job, provider, context, "patient");
          if (after.state === "INTENT") await pause(200, context);
          if (after.state === "UNKNOWN" && !context.signal.aborted) {
            if (provider.dedupe !== "A" || resends++ === maxResends) throw unresolved(after);
            uploaded ??= await provider.upload(request, context);
            await enterIntent(run, after, after.ceilingUsd);
            await send(run, after, uploaded);
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
  tidyMetrics(job.jobDir);
  await writeModelCard(job, result);
  await writeJobFile(ledger, job, result);
  return result;
}

async function approve(
  { ledger, provider, context, options, where, maxUsd }: Run,
  job: JobRecord,
): Promise<JobPlan> {
  const plan = await planJob(provider, requestOf(job, ledger), where, context);
  options.onPlan?.(plan);
  refuseAboveLimit(plan, maxUsd, openUsd(ledger, job.runKey));
  if (plan.ceilingUsd > 0 && options.confirm && !(await options.confirm(plan))) {
    throw new RefusedError("the plan was not approved", {
      code: "job-not-approved",
      next: "Nothing was sent.",
    });
  }
  return plan;
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
