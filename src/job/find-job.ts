// Looks jobs up without starting anything: for `jobs show`, and for an evaluation that needs a finished job's models.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { RectuneError, UsageError } from "../base/errors.ts";
import type { Context } from "../base/logger.ts";
import { type JobRecord, Ledger } from "./ledger.ts";
import { readMetrics } from "./metrics-file.ts";
import { requestOf } from "./plan.ts";
import { providers } from "./provider/index.ts";
import type { JobResult, Provider } from "./provider/types.ts";
import { stateDirOf } from "./submit.ts";

export type FinishedJob = { job: JobRecord; result: JobResult };

/** The ledger of a context, or null where no job was ever started: looking must not make one. */
export function openLedgerIfAny(context: Context): Ledger | null {
  const stateDir = stateDirOf(context);
  return existsSync(join(stateDir, "ledger.sqlite")) ? new Ledger(stateDir) : null;
}

/** The job that `ref` begins the id of. @throws UsageError when none or several do. */
export function findJob(ref: string, context: Context): JobRecord {
  using ledger = openLedgerIfAny(context);
  if (ledger) return ledger.find(ref);
  throw new UsageError(`there is no job "${ref}"`, {
    code: "job-unknown",
    where: stateDirOf(context),
    next: "No job was ever started here; `rectune tune JOB` starts one.",
  });
}

/** Lines of the provider's log of a job, else its metrics as JSON lines. */
export async function* readJobLog(job: JobRecord, context: Context): AsyncGenerator<string> {
  const provider = providers[job.provider];
  if (provider?.logs && job.remoteId !== null) {
    using ledger = new Ledger(stateDirOf(context));
    yield* provider.logs(job.remoteId, requestOf(job, ledger), context);
    return;
  }
  for (const step of readMetrics(job.jobDir)) yield JSON.stringify(step);
}

/** What a succeeded job left, as last told by its provider; null for any other, or where the provider cannot be asked. */
export async function resultOf(job: JobRecord, context: Context): Promise<JobResult | null> {
  const provider = providers[job.provider];
  if (job.state !== "SUCCEEDED" || !provider) return null;
  using ledger = new Ledger(stateDirOf(context));
  try {
    return await provider.result(job.remoteId!, requestOf(job, ledger), context);
  } catch (error) {
    if (!(error instanceof RectuneError)) throw error;
    context.log.warn(`${job.provider} cannot be asked for the result: ${error.message}`);
    return null;
  }
}

/** A succeeded job by the beginning of its id, with its models. @throws UsageError when it is unknown or not finished. */
export async function findFinishedJobById(
  ref: string,
  context: Context,
  known: Readonly<Record<string, Provider>> = providers,
): Promise<FinishedJob> {
  const job = findJob(ref, context);
  using ledger = new Ledger(stateDirOf(context));
  const provider = known[job.provider];
  const result =
    job.state === "SUCCEEDED" && provider
      ? await provider.result(job.remoteId!, requestOf(job, ledger), context)
      : null;
  if (result) return { job, result };
  const what = job.state === "SUCCEEDED" ? "what it made is gone" : `it is ${job.state}`;
  throw new UsageError(`job ${job.id} has no model: ${what}`, {
    code: "job-not-finished",
    where: job.jobDir,
    next: `\`rectune jobs watch ${job.id}\` goes on with an unfinished job; \`rectune tune JOB\` starts a new attempt.`,
  });
}
