// What a user may do to a recorded job besides tuning: watch it to its end, cancel it, end the lease of a served model;
// resolve.ts settles an unanswered create.

import { UsageError } from "../base/errors.ts";
import type { Context } from "../base/logger.ts";
import { writeJobFile } from "./job-file.ts";
import { releaseLease } from "./lease.ts";
import type { LeaseRecord } from "./lease-record.ts";
import { type JobRecord, Ledger } from "./ledger.ts";
import { requestOf } from "./plan.ts";
import { providers as allProviders } from "./provider/index.ts";
import type { Provider } from "./provider/types.ts";
import { isTerminal } from "./states.ts";
import { finishJob, stateDirOf } from "./submit.ts";
import { settle, watchJob } from "./watch.ts";

type Providers = Readonly<Record<string, Provider>>;

/** Watches a submitted job until it ends. @throws UsageError for a job that was never submitted. */
export async function watchById(
  ref: string,
  context: Context,
  providers: Providers = allProviders,
): Promise<JobRecord> {
  using ledger = new Ledger(stateDirOf(context));
  const job = ledger.find(ref);
  const provider = providerOf(job, providers);
  if (isTerminal(job.state)) return job;
  if (job.state !== "SUBMITTED" && job.state !== "RUNNING") {
    throw new UsageError(`job ${job.id} is ${job.state}: there is nothing to watch`, {
      code: "job-not-submitted",
      next:
        job.state === "INTENT" || job.state === "UNKNOWN"
          ? `\`rectune jobs resolve ${job.id}\` looks whether it arrived.`
          : "`rectune tune JOB` goes on with it.",
    });
  }
  const ended = await watchJob(ledger, job, provider, context);
  if (ended.state === "SUCCEEDED") await finishJob(ledger, ended, provider, context);
  else await writeJobFile(ledger, ended, null);
  return ended;
}

/**
 * Cancels a job; one that has ended is left as it is. A provider may take its time: the state returned is the one it
 * tells. @throws UsageError for a create that nobody answered, since there is no id to cancel.
 */
export async function cancelJob(
  ref: string,
  context: Context,
  providers: Providers = allProviders,
): Promise<JobRecord> {
  using ledger = new Ledger(stateDirOf(context));
  const job = ledger.find(ref);
  if (isTerminal(job.state)) return job;
  if (job.state === "INTENT" || job.state === "UNKNOWN") {
    throw new UsageError(`job ${job.id} is ${job.state}: its create was never answered`, {
      code: "job-unresolved",
      next: `First settle that: rectune jobs resolve ${job.id}`,
    });
  }
  if (job.state !== "SUBMITTED" && job.state !== "RUNNING") {
    const data = { reason: "cancelled before anything was sent" };
    return ledger.transition(job.id, job.state, "CANCELLED", { at: context.now(), data });
  }
  const provider = providerOf(job, providers);
  const request = requestOf(job, ledger);
  ledger.note(job.id, context.now(), "cancel-asked", {});
  context.onPoint?.("job:cancelling");
  await provider.cancel(job.remoteId!, request, context);
  context.onPoint?.("job:cancelled");
  const status = await provider.poll(job.remoteId!, request, context);
  const after = settle(ledger, job, status, context);
  await writeJobFile(ledger, after, null);
  return after;
}

/** Ends a lease by the beginning of its id. Idempotent. @throws UsageError when there is none. */
export async function releaseById(
  ref: string,
  context: Context,
  providers: Providers = allProviders,
): Promise<LeaseRecord> {
  using ledger = new Ledger(stateDirOf(context));
  return await releaseLease(ledger, ref, providers, context);
}

/** The provider of a recorded job. @throws UsageError where this version has none of that name. */
export function providerOf(job: JobRecord, providers: Providers): Provider {
  const provider = providers[job.provider];
  if (provider) return provider;
  throw new UsageError(`job ${job.id} runs at ${job.provider}, which this rectune does not know`, {
    code: "provider-unknown",
    next: `Known: ${Object.keys(providers).join(", ")}.`,
  });
}
