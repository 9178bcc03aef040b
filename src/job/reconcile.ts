// After an unanswered create: looks the run key up at the provider until it is known whether a job exists. One hit is
// adopted; of several the oldest is kept and the others are cancelled; none leaves the job UNKNOWN, for a resend in
// class A and for the user's word else.

import { RectuneError, RemoteError } from "../base/errors.ts";
import type { Context } from "../base/logger.ts";
import { type JobRecord, type Ledger, StaleStateError } from "./ledger.ts";
import { requestOf } from "./plan.ts";
import { isProcessAlive } from "./provider/process-id.ts";
import type { Hit, Provider } from "./provider/types.ts";
import { pause } from "./watch.ts";

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
      if (current.owner !== null && isProcessAlive(current.owner)) return current;
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
      await pause(waitMs, context.signal);
      const hits = await findHits(provider, request, job, context);
      if (hits.length > 0) return await adopt(ledger, current, hits, provider, context);
      if (context.signal.aborted) break;
    }
    return ledger.get(job.id);
  } catch (error) {
    if (error instanceof StaleStateError) return ledger.get(job.id);
    throw error;
  }
}

/** Takes one look for every unresolved job but `except`; what cannot be settled is said, and still counts at its ceiling. */
export async function reconcileOthers(
  ledger: Ledger,
  except: string | null,
  providers: Readonly<Record<string, Provider>>,
  context: Context,
): Promise<void> {
  for (const job of ledger.unresolved()) {
    if (job.runKey === except) continue;
    const provider = providers[job.provider];
    try {
      const after = provider ? await reconcileJob(ledger, job, provider, context, "once") : job;
      if (after.state === "SUBMITTED")
        context.log.info(
          `job ${job.id}: its create had arrived; it is ${after.remoteId} at ${job.provider}`,
        );
      if (after.state === "UNKNOWN") context.log.warn(unresolvedText(after));
    } catch (error) {
      if (!(error instanceof RectuneError)) throw error;
      context.log.warn(`${unresolvedText(job)} (${error.message.split("\n")[0]})`);
    }
  }
}

/** What to say of a job that only the user can settle. */
export function unresolvedText(job: JobRecord): string {
  return `job ${job.id} (${job.provider}): nobody knows whether its create arrived; it counts at ${job.ceilingUsd.toFixed(2)} USD until \`${resolveCommand(job)}\``;
}

/** The one command that settles an UNKNOWN job. */
export function resolveCommand(job: JobRecord): string {
  return `rectune jobs resolve ${job.id} --adopt ID|--absent`;
}

async function findHits(
  provider: Provider,
  request: Parameters<Provider["find"]>[0],
  job: JobRecord,
  context: Context,
): Promise<Hit[]> {
  try {
    return await provider.find(request, context);
  } catch (error) {
    if (error instanceof RectuneError) throw error;
    throw new RemoteError(
      `${provider.name} could not be asked about job ${job.id}: ${(error as Error).message}`,
      {
        code: "reconcile-failed",
        next: "Try again later. Nothing was sent anew.",
        cause: error,
      },
    );
  }
}

async function adopt(
  ledger: Ledger,
  job: JobRecord,
  hits: Hit[],
  provider: Provider,
  context: Context,
): Promise<JobRecord> {
  const [kept, ...others] = hits.toSorted(
    (a, b) => a.createdAt - b.createdAt || (a.remoteId < b.remoteId ? -1 : 1),
  );
  const adopted = ledger.transition(job.id, "UNKNOWN", "SUBMITTED", {
    at: context.now(),
    remoteId: kept!.remoteId,
    data: { adopted: true },
  });
  for (const { remoteId } of others) {
    ledger.note(job.id, context.now(), "duplicate", { remoteId, kept: kept!.remoteId });
    context.log.warn(
      `job ${job.id}: ${provider.name} has a second job for it, ${remoteId}; cancelling that one`,
    );
    await provider.cancel(remoteId, requestOf(job, ledger), context);
    ledger.note(job.id, context.now(), "duplicate-cancelled", { remoteId });
  }
  return adopted;
}
