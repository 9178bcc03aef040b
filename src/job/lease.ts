// Serving a tuned model for an eval: leased for some minutes, recorded before it is started, released when its use ends,
// however that is, and by the next start where a crash left it open. What it may cost is checked against the limit first.

import { RefusedError, RemoteError, UsageError } from "../base/errors.ts";
import { hashOf } from "../base/ids.ts";
import type { Context } from "../base/logger.ts";
import { pause } from "../base/pause.ts";
import { type JobRecord, type Ledger, StaleStateError } from "./ledger.ts";
import {
  addLease,
  findLease,
  type LeaseRecord,
  listLeases,
  moveLease,
  openLeases,
} from "./lease-record.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { openUsd, refuseAboveLimit, requestOf } from "./plan.ts";
import { processName } from "./provider/process-id.ts";
import {
  JobRejected,
  type JobRequest,
  type JobResult,
  type Provider,
  type Served,
  type Serving,
} from "./provider/types.ts";
import { isAlive, reconcileOthers, sayFailure } from "./reconcile.ts";
import { billed } from "./watch.ts";

export type LeaseOptions = { /** How long at most. */ minutes: number; maxUsd: number };
type Providers = Readonly<Record<string, Provider>>;

/** A served model, and what ends it. */
export type OpenLease = { served: Served; release: () => Promise<void> };

/**
 * Serves what a finished job made until `release`; whoever opens it must call that, whatever happens. What an earlier run
 * left unsettled comes first.
 * @throws RefusedError above the limit, RemoteError when it does not come up or a start stays unanswered; the lease is
 * ended by then, or said and on record.
 */
export async function openLease(
  ledger: Ledger,
  job: JobRecord,
  result: JobResult,
  providers: Providers,
  context: Context,
  { minutes, maxUsd }: LeaseOptions,
): Promise<OpenLease> {
  const provider = providers[job.provider]!;
  const serving = servingOf(provider);
  await reconcileOthers(ledger, null, providers, context);
  await releaseLeftLeases(ledger, providers, context);
  const request = requestOf(job, ledger);
  const ceilingUsd = await serving.ceilingUsd(minutes, request, context);
  const owner = context.processes?.self ?? processName();
  const lease = addLease(
    ledger,
    { key: nextKey(ledger, job), job: job.id, minutes, ceilingUsd, owner, at: context.now() },
    () => refuseAboveLimit({ ceilingUsd }, maxUsd, openUsd(ledger, "")),
  );
  context.onPoint?.("lease:intent");
  const release = (): Promise<void> =>
    sayFailure(context, openLeaseText(lease), () => endLease(ledger, lease.id, provider, context));
  try {
    const started = await startLease(ledger, lease, result, serving, request, context);
    return { served: await waitUntilReady(started, serving, provider, request, context), release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** A key that no earlier lease of the job had. */
function nextKey(ledger: Ledger, job: JobRecord): string {
  const n = listLeases(ledger).filter((lease) => lease.job === job.id).length + 1;
  return hashOf({ lease: job.runKey, n });
}

/** The one start. Without an answer the lease is looked up; a second start is never sent. */
async function startLease(
  ledger: Ledger,
  lease: LeaseRecord,
  result: JobResult,
  serving: Serving,
  request: JobRequest,
  context: Context,
): Promise<LeaseRecord> {
  let remoteId: string;
  try {
    ({ remoteId } = await serving.start(
      lease.key,
      lease.minutes,
      result,
      request,
      unstoppable(context),
    ));
  } catch (error) {
    const reason = maskSecrets(error instanceof Error ? error.message : String(error), context.env);
    if (error instanceof JobRejected)
      moveLease(ledger, lease.id, "INTENT", "CLOSED", { at: context.now(), data: { reason } });
    throw error;
  }
  context.onPoint?.("lease:started");
  try {
    const open = moveLease(ledger, lease.id, "INTENT", "OPEN", { at: context.now(), remoteId });
    context.onPoint?.("lease:open");
    return open;
  } catch (error) {
    // Nobody else holds its id now: a full disk, or a process elsewhere that took this one for dead and closed it.
    await serving.release(remoteId, request, unstoppable(context));
    throw error;
  }
}

async function waitUntilReady(
  lease: LeaseRecord,
  serving: Serving,
  provider: Provider,
  request: JobRequest,
  context: Context,
): Promise<Served> {
  const endsAt = lease.createdAt + lease.minutes * 60_000;
  for (;;) {
    const served = await serving.ready(lease.remoteId!, request, context);
    if (served) return served;
    context.signal.throwIfAborted();
    if (context.now() >= endsAt) {
      throw new RemoteError(`the model did not come up within ${lease.minutes} minutes`, {
        code: "lease-not-ready",
        next: "It is released. Look at the provider why, or give it more minutes.",
      });
    }
    await pause(provider.pollEveryMs, context);
  }
}

/** Ends a lease whatever state it is in: one without an id is looked up by its key first. Idempotent. */
async function endLease(
  ledger: Ledger,
  id: string,
  provider: Provider,
  context: Context,
  isAbsent = false,
): Promise<void> {
  const calm = unstoppable(context);
  const lease = findLease(ledger, id);
  if (lease.state === "CLOSED") return;
  const serving = servingOf(provider);
  const request = requestOf(ledger.get(lease.job), ledger);
  const ids =
    lease.remoteId === null
      ? await lookForLease(lease, serving, provider, request, calm)
      : [lease.remoteId];
  if (ids.length === 0 && !isAbsent) {
    throw new RemoteError(`nobody knows whether its start arrived at ${provider.name}`, {
      code: "lease-unresolved",
      next: `Look there, then: rectune jobs release ${lease.id}`,
    });
  }
  context.onPoint?.("lease:releasing");
  const spend = { usd: 0, note: "never began" };
  for (const remoteId of ids) {
    const { costUsd } = await serving.release(remoteId, request, calm);
    const bill = billed(costUsd, lease.ceilingUsd, "released");
    spend.usd += bill.usd;
    spend.note = bill.note;
  }
  context.onPoint?.("lease:released");
  try {
    const data = { remoteIds: ids, costUsd: spend.usd };
    moveLease(ledger, id, lease.state, "CLOSED", { at: context.now(), data, spend });
  } catch (error) {
    // Another process released it at the same time, and recorded what it cost.
    if (!(error instanceof StaleStateError)) throw error;
  }
}

async function lookForLease(
  lease: LeaseRecord,
  serving: Serving,
  provider: Provider,
  request: JobRequest,
  context: Context,
): Promise<string[]> {
  for (const waitMs of [0, ...provider.lookAgainMs]) {
    await pause(waitMs, context);
    const hits = await serving.find(lease.key, request, context);
    if (hits.length > 0) return hits.map(({ remoteId }) => remoteId);
  }
  return [];
}

/** Releases every lease whose process is gone; what cannot be released is said, and still counts at its ceiling. */
export async function releaseLeftLeases(
  ledger: Ledger,
  providers: Providers,
  context: Context,
): Promise<void> {
  for (const lease of openLeases(ledger)) {
    const provider = providers[ledger.get(lease.job).provider];
    if (!provider || isAlive(lease.owner, context)) continue;
    await sayFailure(context, openLeaseText(lease), () =>
      endLease(ledger, lease.id, provider, context),
    );
  }
}

/**
 * Releases a lease by the user's word, also one that is in use. One that is not found at the provider is closed, since
 * the user has looked. Idempotent. @throws UsageError when there is no such lease, or its start is under way.
 */
export async function releaseLease(
  ledger: Ledger,
  ref: string,
  providers: Providers,
  context: Context,
): Promise<LeaseRecord> {
  const lease = findLease(ledger, ref);
  const job = ledger.get(lease.job);
  const provider = providers[job.provider];
  if (!provider) {
    throw new UsageError(
      `lease ${lease.id} is at ${job.provider}, which this rectune does not know`,
      {
        code: "provider-unknown",
      },
    );
  }
  if (lease.state === "INTENT" && isAlive(lease.owner, context)) {
    throw new UsageError(
      `lease ${lease.id} is being started by process ${lease.owner.split("@")[0]}`,
      {
        code: "lease-busy",
        next: "Wait for it, or stop that process.",
      },
    );
  }
  await endLease(ledger, lease.id, provider, context, true);
  return findLease(ledger, lease.id);
}

/** What to say of a lease that is not released. */
export function openLeaseText({ id, ceilingUsd }: LeaseRecord): string {
  return `lease ${id} is not released and may cost ${ceilingUsd.toFixed(2)} USD; \`rectune jobs release ${id}\` ends it`;
}

/** A context that no Ctrl-C stops: for the calls whose answer must be seen. */
export function unstoppable(context: Context): Context {
  return { ...context, signal: new AbortController().signal };
}

function servingOf(provider: Provider): Serving {
  if (provider.serving) return provider.serving;
  throw new RefusedError(`${provider.name} serves no models by lease`, { code: "lease-none" });
}
