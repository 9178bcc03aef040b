// The one create that may cost money: INTENT is on disk before the socket opens, whoever wins that step is the only one to
// send, and every answer is kept, also one that comes after somebody else settled the job (DESIGN section 6).

import { mkdir } from "node:fs/promises";
import { RectuneError, RefusedError } from "../base/errors.ts";
import type { Context } from "../base/logger.ts";
import { type JobRecord, type Ledger, StaleStateError } from "./ledger.ts";
import { unstoppable } from "./lease.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { openUsd, refuseAboveLimit, requestOf } from "./plan.ts";
import { processName } from "./provider/process-id.ts";
import { JobRejected, type Provider, type Uploaded } from "./provider/types.ts";
import { cancelTwin, findHits, twinNote } from "./reconcile.ts";

/** What sending needs of a run. */
export type Sender = {
  ledger: Ledger;
  provider: Provider;
  context: Context;
  /** Dollars that the run may cost at most. */
  maxUsd: number;
  /** Earlier attempts that the user closed as never arrived; they are looked up before another one is sent. */
  disowned: readonly JobRecord[];
};

/** Jobs that were disowned and are there after all: reported and cancelled before another attempt is sent. */
export async function cancelLateArrivals({
  ledger,
  provider,
  context,
  disowned,
}: Sender): Promise<void> {
  for (const job of disowned) {
    const hits = await findHits(provider, requestOf(job, ledger), context);
    const known = new Set(ledger.events(job.id).map(({ data }) => data["remoteId"]));
    for (const { remoteId } of hits.filter((hit) => !known.has(hit.remoteId))) {
      const { kind, data } = twinNote(remoteId, null);
      ledger.note(job.id, context.now(), kind, data);
      await cancelTwin(ledger, job, remoteId, provider, context);
    }
  }
}

/** On disk before the socket opens: who sends, and what it may cost. Whoever wins this step is the only one to send. */
export async function enterIntent(
  { ledger, context, maxUsd }: Sender,
  job: JobRecord,
  ceilingUsd: number,
): Promise<void> {
  await mkdir(job.jobDir, { recursive: true });
  ledger.transition(job.id, job.state, "INTENT", {
    at: context.now(),
    owner: selfName(context),
    ceilingUsd,
    // Again, and inside the transaction: another process may have spent the budget meanwhile.
    guard: () => refuseAboveLimit({ ceilingUsd }, maxUsd, openUsd(ledger, job.runKey)),
  });
  context.onPoint?.("job:intent");
}

/** The one create; `job` is as it was before INTENT. What comes back, or does not, decides the next state. */
export async function send(
  { ledger, provider, context }: Sender,
  job: JobRecord,
  uploaded: Uploaded,
): Promise<void> {
  let remoteId: string;
  try {
    // A Ctrl-C must not cut the call whose answer decides.
    ({ remoteId } = await provider.submit(requestOf(job, ledger), uploaded, unstoppable(context)));
  } catch (error) {
    context.onPoint?.("job:unanswered");
    recordFailure(ledger, job, error, context);
    return;
  }
  context.onPoint?.("job:sent");
  await recordAnswer(ledger, provider, job.id, remoteId, context);
  context.onPoint?.("job:submitted");
}

/**
 * A create that failed: REJECTED where it is proven that no job exists, else UNKNOWN.
 * @throws the proof.
 */
function recordFailure(ledger: Ledger, job: JobRecord, error: unknown, context: Context): void {
  const reason = maskSecrets(error instanceof Error ? error.message : String(error), context.env);
  // A refused resend proves nothing of the create before it.
  const isProof = error instanceof JobRejected && job.state !== "UNKNOWN";
  const current = ledger.get(job.id);
  // A process that took this one for dead has the job now; only a proof is news to it.
  const isOurs = current.state === "INTENT" && current.owner === selfName(context);
  if (isOurs || (isProof && current.state === "UNKNOWN" && current.dedupe !== "A")) {
    const to = isProof ? "REJECTED" : "UNKNOWN";
    ledger.transition(job.id, current.state, to, { at: context.now(), data: { reason } });
  }
  if (isProof) throw error;
  context.log.warn(
    `job ${job.id}: the create got no clear answer (${reason.split("\n")[0]}); looking whether it arrived`,
  );
}

/** Keeps the id that a create brought, whatever became of the job meanwhile: an id is never dropped. */
async function recordAnswer(
  ledger: Ledger,
  provider: Provider,
  id: string,
  remoteId: string,
  context: Context,
): Promise<void> {
  for (;;) {
    const job = ledger.get(id);
    try {
      if (job.state === "INTENT" || job.state === "UNKNOWN") {
        ledger.transition(id, job.state, "SUBMITTED", { at: context.now(), remoteId });
      } else if (job.remoteId !== remoteId && ledger.isOnWord(id)) {
        // The answer itself goes before an id that only the user's word stands for.
        ledger.takeBack(job, context.now());
        continue;
      } else if (job.remoteId !== remoteId) {
        // The user, or a process that took this one for dead, settled the job without it.
        const { kind, data } = twinNote(remoteId, job.remoteId);
        ledger.note(id, context.now(), kind, data);
        await cancelTwin(ledger, job, remoteId, provider, context);
      }
      return;
    } catch (error) {
      if (error instanceof StaleStateError) continue;
      if (!(error instanceof RefusedError)) throw error;
      throw new RectuneError(
        `job ${id} was created at ${provider.name} as ${remoteId}, but the ledger could not record it`,
        {
          code: "job-unrecorded",
          where: ledger.path,
          next: "Make the ledger writable (free some space); the same command then finds the job and goes on with it.",
          cause: error,
        },
      );
    }
  }
}

function selfName(context: Context): string {
  return context.processes?.self ?? processName();
}
