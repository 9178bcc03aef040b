// Settles a create that nobody answered: by another look at the provider, or by the user's word that the job is there
// under an id, or never arrived. An id is asked about before it is believed, and can be taken back until the job was seen
// to run.

import { RefusedError, UsageError } from "../base/errors.ts";
import type { Context } from "../base/logger.ts";
import { providerOf } from "./control.ts";
import { type JobRecord, Ledger } from "./ledger.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { requestOf } from "./plan.ts";
import { providers as allProviders } from "./provider/index.ts";
import type { Provider, Recognised } from "./provider/types.ts";
import { adopt, askAbout, findHits, type Look, reconcileJob, resolveCommand } from "./reconcile.ts";
import { stateDirOf } from "./submit.ts";

/** How a user settles a create that nobody answered. */
export type Verdict = { kind: "look" } | { kind: "adopt"; remoteId: string } | { kind: "absent" };

/**
 * Settles an INTENT or UNKNOWN job: looks at the provider, or takes the user's word that it is there under an id
 * (`adopt`) or that it never arrived (`absent`, which closes it as REJECTED). A word of before may be corrected.
 * @throws UsageError for an id that the provider does not know, RefusedError for one of another job, RemoteError when it
 * cannot be asked; nothing is recorded then.
 */
export async function resolveJob(
  ref: string,
  verdict: Verdict,
  context: Context,
  providers: Readonly<Record<string, Provider>> = allProviders,
): Promise<JobRecord> {
  using ledger = new Ledger(stateDirOf(context));
  const job = ledger.find(ref);
  if (job.state !== "INTENT" && job.state !== "UNKNOWN" && !ledger.isOnWord(job.id)) {
    throw new UsageError(`job ${job.id} is ${job.state}: there is nothing to resolve`, {
      code: "job-resolved",
      next: `\`rectune jobs show ${job.id}\` tells its story.`,
    });
  }
  const provider = providerOf(job, providers);
  const how = verdict.kind === "look" ? "patient" : "once";
  const after = await lookAgain(ledger, job, provider, context, how);
  if (after.state === "INTENT") {
    throw new UsageError(`job ${job.id} is being sent by process ${after.owner?.split("@")[0]}`, {
      code: "job-busy",
      next: "Wait for it.",
    });
  }
  if (after.state !== "UNKNOWN" && !ledger.isOnWord(job.id)) {
    if (verdict.kind === "adopt" && verdict.remoteId !== after.remoteId)
      context.log.warn(
        `job ${job.id}: ${provider.name} has it as ${after.remoteId}; ${verdict.remoteId} was not adopted`,
      );
    return after;
  }
  if (verdict.kind === "look") return after;
  const data =
    verdict.kind === "adopt" ? await believe(verdict, ledger, after, provider, context) : null;
  const open = after.state === "UNKNOWN" ? after : ledger.takeBack(after, context.now());
  return verdict.kind === "adopt"
    ? ledger.transition(open.id, "UNKNOWN", "SUBMITTED", {
        at: context.now(),
        remoteId: verdict.remoteId,
        data: data!,
      })
    : ledger.transition(open.id, "UNKNOWN", "REJECTED", {
        at: context.now(),
        data: { reason: "the user says that it never arrived", by: "user" },
      });
}

/** A look by the run key: a job that it shows goes before the user's word, also before one given earlier. */
async function lookAgain(
  ledger: Ledger,
  job: JobRecord,
  provider: Provider,
  context: Context,
  how: Look,
): Promise<JobRecord> {
  if (!ledger.isOnWord(job.id)) return reconcileJob(ledger, job, provider, context, how);
  const hits = await findHits(provider, requestOf(job, ledger), context);
  if (hits.length === 0) return job;
  return adopt(ledger, ledger.takeBack(job, context.now()), hits, provider, context);
}

/** Asks about an id, and says what was checked. What the adoption records: `by` where the user's word alone stands for it. */
async function believe(
  { remoteId }: { remoteId: string },
  ledger: Ledger,
  job: JobRecord,
  provider: Provider,
  context: Context,
): Promise<Record<string, unknown>> {
  const holder = ledger
    .list()
    .find(
      (held) => held.id !== job.id && held.provider === job.provider && held.remoteId === remoteId,
    );
  if (holder) throw refused(job, remoteId, `it is job ${holder.id} of this ledger`);
  const request = requestOf(job, ledger);
  const told = await askAbout(provider, request, context, async (): Promise<Recognised> => {
    if (provider.recognise) return provider.recognise(remoteId, request, context);
    return { kind: "other", why: `${provider.name} finds a run's job by its key, and finds none` };
  });
  const name = `job ${job.id}: ${remoteId} at ${provider.name}`;
  switch (told.kind) {
    case "absent":
      throw new UsageError(`${provider.name} knows no job ${remoteId}; nothing was recorded`, {
        code: "adopt-unknown",
        next: adviceOn(job),
      });
    case "other":
      throw refused(job, remoteId, maskSecrets(told.why, context.env));
    case "own":
      context.log.info(`${name} carries its run key`);
      return { adopted: true };
    case "untold": {
      const { checked, unchecked } = told;
      context.log.warn(
        `${name} exists; whether it is this job, only you can tell (checked: ${listOf(checked)}; not told there, so not checked: ${listOf(unchecked)}). Until it is seen to run, its ceiling of ${job.ceilingUsd.toFixed(2)} USD counts, and it can be corrected: ${resolveCommand(job)}`,
      );
      return { adopted: true, by: "user", checked, unchecked };
    }
  }
}

function listOf(names: readonly string[]): string {
  return names.join(", ") || "nothing";
}

function refused(job: JobRecord, remoteId: string, why: string): RefusedError {
  return new RefusedError(`${remoteId} is not job ${job.id}: ${why}; nothing was recorded`, {
    code: "adopt-other",
    next: adviceOn(job),
  });
}

function adviceOn(job: JobRecord): string {
  return `Look at ${job.provider}'s page for run key ${job.runKey.slice(0, 12)} (in its name, suffix or label), then: ${resolveCommand(job)}`;
}
