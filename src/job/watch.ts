// Follows a submitted job to its end: by the provider's own `follow`, else by polling. Every change of state goes to the
// ledger at once, so that a watch can stop at any time and another one go on.

import { InterruptedError, RemoteError } from "../base/errors.ts";
import type { Context } from "../base/logger.ts";
import { pause } from "../base/pause.ts";
import type { JobRecord, Ledger } from "./ledger.ts";
import { StaleStateError } from "./ledger.ts";
import { openMetrics } from "./metrics-file.ts";
import { requestOf } from "./plan.ts";
import { makeProgressLine } from "./progress-line.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { resolveCommand } from "./reconcile.ts";
import type { Billed, JobRequest, JobStatus, Progress, Provider } from "./provider/types.ts";
import { isTerminal, type JobState } from "./states.ts";

/** Polls in a row that may fail before the watch gives up; the job itself goes on. */
const patience = 5;

/**
 * Watches a SUBMITTED or RUNNING job until it is SUCCEEDED, FAILED or CANCELLED.
 * @throws InterruptedError when the context's signal aborts: the state stays as it is.
 */
export async function watchJob(
  ledger: Ledger,
  job: JobRecord,
  provider: Provider,
  context: Context,
): Promise<JobRecord> {
  const request = requestOf(job, ledger);
  const remoteId = job.remoteId!;
  const line = makeProgressLine(context.now);
  const metrics = openMetrics(job.jobDir);
  let current = job;
  let last: Progress | null = null;
  const onProgress = (progress: Progress): void => {
    current = enterRunning(ledger, current, context.now());
    if (progress.phase === last?.phase && progress.step === last.step) return;
    last = progress;
    metrics.append(progress);
    context.log.progress(line(progress));
    context.onPoint?.(`job:${progress.phase}-step-${progress.step}`);
  };
  if (ledger.isOnWord(job.id))
    context.log.info(
      `job ${job.id} goes by the id that you gave, ${remoteId}; were it wrong: ${resolveCommand(job)}`,
    );
  context.onPoint?.("job:watching");
  const status = provider.follow
    ? await provider.follow(remoteId, request, context, onProgress)
    : await pollUntilDone(remoteId, request, provider, context, onProgress, () => {
        current = enterRunning(ledger, current, context.now());
      });
  if (status.state === "queued" || status.state === "running") throw interrupted(job.id, last);
  context.onPoint?.("job:over");
  const ended = settle(ledger, current, status, context);
  context.onPoint?.("job:settled");
  return ended;
}

/** Brings the ledger to a status that was just seen; no-op where it says so already. */
export function settle(
  ledger: Ledger,
  job: JobRecord,
  status: JobStatus,
  { now, env }: Pick<Context, "now" | "env">,
): JobRecord {
  if (status.state === "running") return enterRunning(ledger, job, now());
  if (status.state === "queued") return ledger.get(job.id);
  const to: JobState =
    status.state === "succeeded" ? "SUCCEEDED" : status.state === "failed" ? "FAILED" : "CANCELLED";
  const { costUsd } = status;
  const reason = status.state === "failed" ? { reason: maskSecrets(status.reason, env) } : {};
  const current = ledger.get(job.id);
  if (isTerminal(current.state) || current.remoteId !== job.remoteId) return current;
  try {
    return ledger.transition(job.id, current.state, to, {
      at: now(),
      data: { costUsd, ...reason },
      guard: () => refuseOtherId(ledger, job),
      spend: { kind: "tune", ...billed(costUsd, job.ceilingUsd, status.state) },
    });
  } catch (error) {
    if (error instanceof StaleStateError) return ledger.get(job.id);
    throw error;
  }
}

/** What to record as spent: what the provider says, else the ceiling. */
export function billed(
  costUsd: Billed,
  ceilingUsd: number,
  what: string,
): { usd: number; note: string } {
  if (costUsd !== null) return { usd: costUsd, note: what };
  return { usd: ceilingUsd, note: `${what}; not told by the provider, so the ceiling` };
}

function enterRunning(ledger: Ledger, job: JobRecord, at: number): JobRecord {
  if (job.state !== "SUBMITTED") return job;
  try {
    return ledger.transition(job.id, "SUBMITTED", "RUNNING", {
      at,
      guard: () => refuseOtherId(ledger, job),
    });
  } catch (error) {
    if (error instanceof StaleStateError) return ledger.get(job.id);
    throw error;
  }
}

/** What was seen of one id says nothing of another that the user has put in its place. */
function refuseOtherId(ledger: Ledger, { id, remoteId }: JobRecord): void {
  if (ledger.get(id).remoteId === remoteId) return;
  throw new StaleStateError(`job ${id} has another id now`, { code: "job-stale" });
}

async function pollUntilDone(
  remoteId: string,
  request: JobRequest,
  provider: Provider,
  context: Context,
  onProgress: (progress: Progress) => void,
  onRunning: () => void,
): Promise<JobStatus> {
  for (let failures = 0; ;) {
    let status: JobStatus;
    try {
      status = await provider.poll(remoteId, request, context);
      failures = 0;
    } catch (error) {
      if (context.signal.aborted) return { state: "running", progress: null };
      if (++failures >= patience || !(error instanceof RemoteError)) throw error;
      context.log.debug(`poll ${failures} of ${patience} failed: ${error.message}`);
      await pause(provider.pollEveryMs * failures, context);
      continue;
    }
    if (status.state !== "queued" && status.state !== "running") return status;
    if (status.state === "running") onRunning();
    if (status.progress) onProgress(status.progress);
    await pause(provider.pollEveryMs, context);
    if (context.signal.aborted) return status;
  }
}

function interrupted(id: string, last: Progress | null): InterruptedError {
  const at = last
    ? ` at ${last.phase} step ${last.step}${last.steps > 0 ? ` of ${last.steps}` : ""}`
    : "";
  return new InterruptedError(`stopped watching job ${id}${at}`, {
    code: "job-interrupted",
    next: `It was not cancelled: \`rectune jobs watch ${id}\`, or the same command again, comes back to it; \`rectune jobs cancel ${id}\` ends it.`,
  });
}
