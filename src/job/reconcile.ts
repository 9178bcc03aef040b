// After an unanswered create: looks the run key up at the provider until it is known whether a job exists. One hit is
// adopted; of several the oldest is kept and the others are cancelled; none leaves the job UNKNOWN, for a resend in
// class A and for the user's word else.

import { RectuneError, RemoteError } from "../base/errors.ts";
import type { Context } from "../base/logger.ts";
import { pause } from "../base/pause.ts";
import { type JobRecord, type Ledger, type Note, StaleStateError } from "./ledger.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { requestOf } from "./plan.ts";
import { isProcessAlive } from "./provider/process-id.ts";
import type { Billed, Hit, JobRequest, JobStatus, Provider } from "./provider/types.ts";

/** `patient` looks again as long as the provider's lists may lag; `once` takes one look. */
export type Look = "patient" | "once";

/**
 * Reconciles one INTENT or UNKNOWN job and returns it as it stands then: SUBMITTED when found, UNKNOWN when not, INTENT
 * while a living process is still sending it.
 * @throws RemoteError when the provider cannot be asked; the job stays unresolved.
 */
export async function reconcileJob(
  ledger: Ledger,
  job: JobRecord,
  provider: Provider,
  context: Context,
  look: Look,
): Promise<JobRecord> {
  try {
    let current = job;
    if (current.state === "INTENT") {
      if (current.owner !== null && isAlive(current.owner, context)) return current;
      const data = { reason: "the process that was sending it ended" };
      current = ledger.transition(job.id, "INTENT", "UNKNOWN", { at: context.now(), data });
    }
    if (current.state !== "UNKNOWN") return current;
    const request = requestOf(job, ledger);
    for (const waitMs of [0, ...(look === "patient" ? provider.lookAgainMs : [])]) {
      if (waitMs > 0)
        context.log.info(
          `job ${job.id}: not found at ${provider.name}; looking again in ${waitMs / 1000} s`,
        );
      await pause(waitMs, context);
      const hits = await findHits(provider, request, context);
      context.onPoint?.("job:looked");
      if (hits.length > 0) return await adopt(ledger, current, hits, provider, context);
      if (context.signal.aborted) break;
    }
    return ledger.get(job.id);
  } catch (error) {
    if (error instanceof StaleStateError) return ledger.get(job.id);
    throw error;
  }
}

/**
 * Before anything new is sent: one look for every unresolved job but `except`, and another try at every twin whose cancel
 * was not answered. What cannot be settled is said; an unresolved create still counts at its ceiling.
 */
export async function reconcileOthers(
  ledger: Ledger,
  except: string | null,
  providers: Readonly<Record<string, Provider>>,
  context: Context,
): Promise<void> {
  for (const job of ledger.unresolved()) {
    if (job.runKey === except) continue;
    const provider = providers[job.provider];
    await sayFailure(context, unresolvedText(job), async () => {
      const after = provider ? await reconcileJob(ledger, job, provider, context, "once") : job;
      if (after.state === "SUBMITTED")
        context.log.info(
          `job ${job.id}: its create had arrived; it is ${after.remoteId} at ${job.provider}`,
        );
      if (after.state === "UNKNOWN") context.log.warn(unresolvedText(after));
    });
  }
  for (const { job: id, remoteId } of ledger.pendingTwins()) {
    const job = ledger.get(id);
    const provider = providers[job.provider];
    if (!provider) continue;
    await sayFailure(context, `job ${id}: its twin ${remoteId} is not cancelled yet`, () =>
      cancelTwin(ledger, job, remoteId, provider, context),
    );
  }
}

/** Runs a piece of clearing up; where the remote side fails, that is said and the next start tries again. */
export async function sayFailure(
  context: Context,
  what: string,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof RectuneError)) throw error;
    context.log.warn(`${what} (${maskSecrets(error.message.split("\n")[0]!, context.env)})`);
  }
}

/** Whether a process by that name still runs. */
export function isAlive(name: string, context: Context): boolean {
  return (context.processes?.isAlive ?? isProcessAlive)(name);
}

/** What to say of a job that counts at its full ceiling (`Ledger.open`), and what settles it. */
export function openText(job: JobRecord): string {
  const name = `job ${job.id} (${job.provider})`;
  if (job.state === "UNKNOWN") return unresolvedText(job);
  if (job.state === "INTENT")
    return `${name}: its create is on its way, or its process ended meanwhile; \`rectune jobs resolve ${job.id}\` looks whether it arrived`;
  return `${name}: it is ${job.remoteId} by your word alone, and counts at ${job.ceilingUsd.toFixed(2)} USD until it is seen to run; were that wrong: \`${resolveCommand(job)}\``;
}

/** What to say of a job that only the user can settle. */
export function unresolvedText(job: JobRecord): string {
  return `job ${job.id} (${job.provider}): nobody knows whether its create arrived; it counts at ${job.ceilingUsd.toFixed(2)} USD until \`${resolveCommand(job)}\``;
}

/** The one command that settles an UNKNOWN job. */
export function resolveCommand(job: JobRecord): string {
  return `rectune jobs resolve ${job.id} --adopt ID|--absent`;
}

/** All jobs at the provider with the run key. @throws RemoteError when it cannot be asked. */
export async function findHits(
  provider: Provider,
  request: JobRequest,
  context: Context,
): Promise<Hit[]> {
  return askAbout(provider, request, context, () => provider.find(request, context));
}

/** An answer about a job. @throws RemoteError when the provider cannot be asked. */
export async function askAbout<T>(
  provider: Provider,
  request: JobRequest,
  context: Context,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RectuneError) throw error;
    const why = maskSecrets((error as Error).message, context.env);
    const id = request.runKey.slice(0, 12);
    throw new RemoteError(`${provider.name} could not be asked about job ${id}: ${why}`, {
      code: "reconcile-failed",
      next: "Try again later. Nothing was sent anew.",
      cause: error,
    });
  }
}

/**
 * Makes the oldest hit the job's own, and cancels the others. The twins are on record with the adoption, so that a crash
 * before their cancel forgets none. @throws StaleStateError when another process moved the job.
 */
export async function adopt(
  ledger: Ledger,
  job: JobRecord,
  hits: Hit[],
  provider: Provider,
  context: Context,
): Promise<JobRecord> {
  const [kept, ...others] = hits.toSorted(
    (a, b) => a.createdAt - b.createdAt || (a.remoteId < b.remoteId ? -1 : 1),
  );
  const adopted = ledger.transition(job.id, job.state, "SUBMITTED", {
    at: context.now(),
    remoteId: kept!.remoteId,
    data: { adopted: true },
    notes: others.map(({ remoteId }) => twinNote(remoteId, kept!.remoteId)),
  });
  context.onPoint?.("job:adopted");
  for (const { remoteId } of others) await cancelTwin(ledger, job, remoteId, provider, context);
  return adopted;
}

export function twinNote(remoteId: string, kept: string | null): Note {
  return { kind: "duplicate", data: { remoteId, kept } };
}

/** Cancels a job at the provider that this ledger does not keep, and records what it had cost where that is told. */
export async function cancelTwin(
  ledger: Ledger,
  job: JobRecord,
  remoteId: string,
  provider: Provider,
  context: Context,
): Promise<void> {
  context.log.warn(
    `job ${job.id}: ${provider.name} has a second job for it, ${remoteId}; cancelling that one`,
  );
  const request = requestOf(job, ledger);
  await provider.cancel(remoteId, request, context);
  context.onPoint?.("job:twin-cancelled");
  const status = await provider.poll(remoteId, request, context);
  const costUsd = isOver(status) ? status.costUsd : null;
  ledger.note(
    job.id,
    context.now(),
    "duplicate-cancelled",
    { remoteId, costUsd },
    { kind: "tune", usd: costUsd ?? 0, note: `twin ${remoteId}` },
  );
}

function isOver(status: JobStatus): status is Extract<JobStatus, { costUsd: Billed }> {
  return status.state !== "queued" && status.state !== "running";
}
