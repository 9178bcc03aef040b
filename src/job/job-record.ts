// What the ledger keeps of a job, and what one change of it may carry: types, and the way from a row to a record.

import { resolve } from "node:path";
import type { DedupeClass, JobSpec } from "./provider/types.ts";
import { type JobState, jobStates } from "./states.ts";

export type SpendKind = "tune" | "serve" | "eval";
export const spendKinds = ["tune", "serve", "eval"] as const satisfies readonly SpendKind[];

export type JobRecord = {
  /** First 12 hex digits of the run key; also the name of the job's folder. */
  id: string;
  runKey: string;
  provider: string;
  account: string;
  dedupe: DedupeClass;
  model: string;
  method: string;
  datasetSha256: string;
  spec: JobSpec;
  state: JobState;
  remoteId: string | null;
  ceilingUsd: number;
  attempt: number;
  /** Absolute path of the job's folder. */
  jobDir: string;
  /** Process that holds an INTENT (see process-id.ts), else null. */
  owner: string | null;
  /** Milliseconds since the epoch. */
  createdAt: number;
  updatedAt: number;
};

export type JobEvent = {
  seq: number;
  job: string;
  at: number;
  kind: string;
  from: JobState | null;
  to: JobState | null;
  data: Record<string, unknown>;
};

/** An event that changes no state, e.g. `duplicate`. */
export type Note = { kind: string; data: Record<string, unknown> };

/** What a transition may set besides the state. */
export type Change = {
  at: number;
  remoteId?: string;
  ceilingUsd?: number;
  owner?: string;
  data?: Record<string, unknown>;
  /** Events that stand or fall with the change. */
  notes?: readonly Note[];
  /** Money that the change brings, in US dollars; nothing is recorded for 0. */
  spend?: { kind: SpendKind; usd: number; note: string };
  /** Runs inside the transaction, before the change: what it throws keeps the job as it is. */
  guard?: () => void;
};

export type NewJob = Pick<
  JobRecord,
  | "runKey"
  | "provider"
  | "account"
  | "dedupe"
  | "model"
  | "method"
  | "datasetSha256"
  | "spec"
  | "attempt"
> & { at: number };

type Row = Record<string, unknown>;

/** A row of `jobs`; paths in it are relative to the state folder. */
export function readJobRow(row: Row, stateDir: string): JobRecord {
  const spec = JSON.parse(row["spec"] as string) as JobSpec;
  return {
    id: row["id"] as string,
    runKey: row["run_key"] as string,
    provider: row["provider"] as string,
    account: row["account"] as string,
    dedupe: row["dedupe"] as DedupeClass,
    model: row["model"] as string,
    method: row["method"] as string,
    datasetSha256: row["dataset_sha256"] as string,
    spec: { ...spec, dataset: { ...spec.dataset, dir: resolve(stateDir, spec.dataset.dir) } },
    state: jobStates.find((state) => state === row["state"])!,
    remoteId: row["remote_id"] as string | null,
    ceilingUsd: row["ceiling_usd"] as number,
    attempt: row["attempt"] as number,
    jobDir: resolve(stateDir, row["job_dir"] as string),
    owner: row["owner"] as string | null,
    createdAt: row["created_at"] as number,
    updatedAt: row["updated_at"] as number,
  };
}

export function readEventRow(row: Row): JobEvent {
  return {
    seq: row["seq"] as number,
    job: row["job"] as string,
    at: row["at"] as number,
    kind: row["kind"] as string,
    from: row["state_from"] as JobState | null,
    to: row["state_to"] as JobState | null,
    data: JSON.parse(row["data"] as string) as Record<string, unknown>,
  };
}
