// Leases in the ledger: a model that is served for an eval, and costs until it is released. INTENT is on disk before the
// start is sent; OPEN has the provider's id; CLOSED is answered, or known never to have begun. Events stand with the job's.

import { UsageError } from "../base/errors.ts";
import { StaleStateError, type Ledger } from "./ledger.ts";

export type LeaseState = "INTENT" | "OPEN" | "CLOSED";

export type LeaseRecord = {
  /** First 12 hex digits of the key. */
  id: string;
  /** SHA-256 hex; travels with the start as a run key does. */
  key: string;
  job: string;
  state: LeaseState;
  remoteId: string | null;
  minutes: number;
  ceilingUsd: number;
  /** Process that uses it (see process-id.ts). */
  owner: string;
  createdAt: number;
  updatedAt: number;
};

type Spend = { usd: number; note: string };

/** Records a lease as INTENT; what `guard` throws, inside the transaction, keeps it out. */
export function addLease(
  ledger: Ledger,
  lease: Pick<LeaseRecord, "key" | "job" | "minutes" | "ceilingUsd" | "owner"> & { at: number },
  guard: () => void,
): LeaseRecord {
  const id = lease.key.slice(0, 12);
  ledger.write(() => {
    guard();
    ledger.database
      .prepare("INSERT INTO leases VALUES (?, ?, ?, 'INTENT', NULL, ?, ?, ?, ?, ?)")
      .run(
        id,
        lease.key,
        lease.job,
        lease.minutes,
        lease.ceilingUsd,
        lease.owner,
        lease.at,
        lease.at,
      );
    appendEvent(ledger, id, lease.job, lease.at, "INTENT", { ceilingUsd: lease.ceilingUsd });
  });
  return getLease(ledger, id);
}

/**
 * Moves a lease on and appends the event, in one transaction with what it cost.
 * @throws StaleStateError when it is no longer in `from`.
 */
export function moveLease(
  ledger: Ledger,
  id: string,
  from: LeaseState,
  to: LeaseState,
  change: { at: number; remoteId?: string; data?: Record<string, unknown>; spend?: Spend },
): LeaseRecord {
  ledger.write(() => {
    const lease = getLease(ledger, id);
    if (lease.state !== from)
      throw new StaleStateError(`lease ${id} is ${lease.state}, not ${from}`, {
        code: "lease-stale",
      });
    const { at, remoteId, data, spend } = change;
    ledger.database
      .prepare("UPDATE leases SET state = ?, remote_id = ?, updated_at = ? WHERE id = ?")
      .run(to, remoteId ?? lease.remoteId, at, id);
    appendEvent(ledger, id, lease.job, at, to, {
      ...(remoteId === undefined ? {} : { remoteId }),
      ...data,
    });
    if (spend && spend.usd > 0)
      ledger.database
        .prepare("INSERT INTO spend (job, kind, usd, at, note) VALUES (?, 'serve', ?, ?, ?)")
        .run(lease.job, spend.usd, at, spend.note);
  });
  return getLease(ledger, id);
}

/** Leases that may still cost, oldest first. */
export function openLeases(ledger: Ledger): LeaseRecord[] {
  return listLeases(ledger).filter(({ state }) => state !== "CLOSED");
}

/** All leases, oldest first. */
export function listLeases(ledger: Ledger): LeaseRecord[] {
  return ledger.database
    .prepare("SELECT * FROM leases ORDER BY created_at, rowid")
    .all()
    .map((row) => ({
      id: row["id"] as string,
      key: row["key"] as string,
      job: row["job"] as string,
      state: row["state"] as LeaseState,
      remoteId: row["remote_id"] as string | null,
      minutes: row["minutes"] as number,
      ceilingUsd: row["ceiling_usd"] as number,
      owner: row["owner"] as string,
      createdAt: row["created_at"] as number,
      updatedAt: row["updated_at"] as number,
    }));
}

/** Dollars that leases not yet released may still cost, at their full ceiling. */
export function openLeaseUsd(ledger: Ledger): number {
  return openLeases(ledger).reduce((sum, { ceilingUsd }) => sum + ceilingUsd, 0);
}

/** The lease whose id or key starts with `ref`. @throws UsageError when none or several do. */
export function findLease(ledger: Ledger, ref: string): LeaseRecord {
  const prefix = ref.toLowerCase();
  const hits = listLeases(ledger).filter(({ key }) => prefix !== "" && key.startsWith(prefix));
  if (hits.length === 1) return hits[0]!;
  throw new UsageError(
    hits.length === 0 ? `there is no lease "${ref}"` : `"${ref}" names ${hits.length} leases`,
    {
      code: hits.length === 0 ? "lease-unknown" : "lease-ambiguous",
      where: ledger.path,
      next: "`rectune jobs ls` lists the open ones.",
    },
  );
}

function getLease(ledger: Ledger, id: string): LeaseRecord {
  return listLeases(ledger).find((lease) => lease.id === id)!;
}

function appendEvent(
  ledger: Ledger,
  lease: string,
  job: string,
  at: number,
  state: LeaseState,
  data: Record<string, unknown>,
): void {
  ledger.database
    .prepare("INSERT INTO events (job, at, kind, data) VALUES (?, ?, 'lease', ?)")
    .run(job, at, JSON.stringify({ lease, state, ...data }));
}
