// The durable record of all jobs: one SQLite file, one writer at a time (BEGIN IMMEDIATE), append-only events beside the
// current state. Every change of state goes through `transition`, which compares and sets, so that of two processes one wins.

import { join, relative, resolve } from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { RectuneError, UsageError } from "../base/errors.ts";
import { hashOf } from "../base/ids.ts";
import { openLedgerFile, refusalOf } from "./open-ledger.ts";
import type { DedupeClass, JobSpec } from "./provider/types.ts";
import { isEdge, type JobState, jobStates, unresolvedStates } from "./states.ts";

export type SpendKind = "tune" | "serve" | "eval";

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

/** What a transition may set besides the state. */
export type Change = {
  at: number;
  remoteId?: string;
  ceilingUsd?: number;
  owner?: string;
  data?: Record<string, unknown>;
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

/** The job had left the expected state: another process moved it. Read it again and go on from there. */
export class StaleStateError extends RectuneError {}

/** Identity of a fine-tune run: SHA-256 hex over canonical JSON. Equal keys mean the same work. */
export function runKeyOf(parts: {
  provider: string;
  account: string;
  model: string;
  method: string;
  hyperparameters: unknown;
  options: unknown;
  seed: number;
  datasetSha256: string;
  attempt: number;
}): string {
  return hashOf(parts);
}

export class Ledger {
  readonly path: string;
  readonly stateDir: string;
  readonly #database: DatabaseSync;

  /** Opens `<stateDir>/ledger.sqlite`. Throws RefusedError when the file cannot be trusted or written. */
  constructor(stateDir: string) {
    this.stateDir = resolve(stateDir);
    this.path = join(this.stateDir, "ledger.sqlite");
    this.#database = openLedgerFile(this.path);
  }

  /** Records a job as PLANNED, or returns the one that has this run key already. */
  add(job: NewJob): JobRecord {
    return this.#write(() => {
      const id = job.runKey.slice(0, 12);
      const folder = join("jobs", id);
      const added = this.#database
        .prepare(
          `INSERT INTO jobs (id, run_key, provider, account, dedupe, model, method, dataset_sha256, spec, state, attempt, job_dir, created_at, updated_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'PLANNED', ?, ?, ?, ?) ON CONFLICT (run_key) DO NOTHING`,
        )
        .run(
          id,
          job.runKey,
          job.provider,
          job.account,
          job.dedupe,
          job.model,
          job.method,
          job.datasetSha256,
          JSON.stringify(this.#portable(job.spec)),
          job.attempt,
          folder,
          job.at,
          job.at,
        );
      if (added.changes === 1) this.#append(id, job.at, "state", null, "PLANNED", {});
      return this.#one("run_key = ?", job.runKey)!;
    });
  }

  /**
   * Moves a job `from` → `to` and appends the event, in one transaction. Throws StaleStateError when the job is no longer
   * in `from`, RectuneError `job-edge` when there is no such edge.
   */
  transition(id: string, from: JobState, to: JobState, change: Change): JobRecord {
    return this.#write(() => {
      const job = this.get(id);
      if (job.state !== from) {
        throw new StaleStateError(`job ${id} is ${job.state}, not ${from}`, { code: "job-stale" });
      }
      if (!isEdge(from, to, job.dedupe)) {
        throw new RectuneError(`job ${id} cannot go from ${from} to ${to} (class ${job.dedupe})`, {
          code: "job-edge",
        });
      }
      change.guard?.();
      const remoteId = change.remoteId ?? job.remoteId;
      if (to === "SUBMITTED" && remoteId === null) {
        throw new RectuneError(`job ${id} cannot be SUBMITTED without the provider's id`, {
          code: "job-edge",
        });
      }
      this.#database
        .prepare(
          "UPDATE jobs SET state = ?, remote_id = ?, ceiling_usd = ?, owner = ?, updated_at = ? WHERE id = ?",
        )
        .run(
          to,
          remoteId,
          change.ceilingUsd ?? job.ceilingUsd,
          change.owner ?? null,
          change.at,
          id,
        );
      this.#append(id, change.at, "state", from, to, {
        ...(change.remoteId === undefined ? {} : { remoteId: change.remoteId }),
        ...(change.ceilingUsd === undefined ? {} : { ceilingUsd: change.ceilingUsd }),
        ...change.data,
      });
      return this.get(id);
    });
  }

  /** Appends an event that changes no state, e.g. `duplicate` or `note`. */
  note(id: string, at: number, kind: string, data: Record<string, unknown>): void {
    this.#write(() => this.#append(id, at, kind, null, null, data));
  }

  /** Records money spent for a job, in US dollars. */
  spend(id: string, kind: SpendKind, usd: number, at: number, note: string): void {
    this.#write(() =>
      this.#database
        .prepare("INSERT INTO spend (job, kind, usd, at, note) VALUES (?, ?, ?, ?, ?)")
        .run(id, kind, usd, at, note),
    );
  }

  /** Dollars spent so far, over all jobs or one. */
  spentUsd(id?: string): number {
    const row =
      id === undefined
        ? this.#database.prepare("SELECT coalesce(sum(usd), 0) AS usd FROM spend").get()
        : this.#database
            .prepare("SELECT coalesce(sum(usd), 0) AS usd FROM spend WHERE job = ?")
            .get(id);
    return (row as { usd: number }).usd;
  }

  /** All jobs, oldest first. */
  list(): JobRecord[] {
    return this.#many("1 ORDER BY created_at, rowid");
  }

  /** Jobs whose create has no answer yet. */
  unresolved(): JobRecord[] {
    return this.#many(
      `state IN (${unresolvedStates.map(() => "?").join(", ")}) ORDER BY created_at, rowid`,
      ...unresolvedStates,
    );
  }

  /** The job of a run key, or null. */
  byRunKey(runKey: string): JobRecord | null {
    return this.#one("run_key = ?", runKey);
  }

  /** The job of an exact id; throws when there is none. */
  get(id: string): JobRecord {
    const job = this.#one("id = ?", id);
    if (!job)
      throw new RectuneError(`the ledger has no job ${id}`, {
        code: "job-unknown",
        where: this.path,
      });
    return job;
  }

  /** The job whose id or run key starts with `ref`. Throws UsageError when none or several do. */
  find(ref: string): JobRecord {
    const all = this.list();
    const prefix = ref.toLowerCase();
    const hits = prefix === "" ? [] : all.filter((job) => job.runKey.startsWith(prefix));
    if (hits.length === 1) return hits[0]!;
    if (hits.length > 1) {
      throw new UsageError(
        `"${ref}" names ${hits.length} jobs: ${hits.map((job) => job.id).join(", ")}`,
        {
          code: "job-ambiguous",
          next: "Give more of the id.",
        },
      );
    }
    throw new UsageError(`there is no job "${ref}"`, {
      code: "job-unknown",
      where: this.path,
      next: all.length === 0 ? "No job was ever started here." : "`rectune jobs ls` lists them.",
    });
  }

  /** Everything that happened to a job, oldest first. */
  events(id: string): JobEvent[] {
    const rows = this.#database.prepare("SELECT * FROM events WHERE job = ? ORDER BY seq").all(id);
    return rows.map((row) => ({
      seq: row.seq as number,
      job: row.job as string,
      at: row.at as number,
      kind: row.kind as string,
      from: row.state_from as JobState | null,
      to: row.state_to as JobState | null,
      data: JSON.parse(row.data as string) as Record<string, unknown>,
    }));
  }

  close(): void {
    this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #write<T>(act: () => T): T {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
    } catch (error) {
      throw refusalOf(error, this.path);
    }
    try {
      const result = act();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw refusalOf(error, this.path);
    }
  }

  #append(
    job: string,
    at: number,
    kind: string,
    from: JobState | null,
    to: JobState | null,
    data: object,
  ): void {
    this.#database
      .prepare(
        "INSERT INTO events (job, at, kind, state_from, state_to, data) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .run(job, at, kind, from, to, JSON.stringify(data));
  }

  #one(where: string, ...values: SQLInputValue[]): JobRecord | null {
    return this.#many(where, ...values)[0] ?? null;
  }

  #many(where: string, ...values: SQLInputValue[]): JobRecord[] {
    const rows = this.#database.prepare(`SELECT * FROM jobs WHERE ${where}`).all(...values);
    return rows.map((row) => ({
      id: row.id as string,
      runKey: row.run_key as string,
      provider: row.provider as string,
      account: row.account as string,
      dedupe: row.dedupe as DedupeClass,
      model: row.model as string,
      method: row.method as string,
      datasetSha256: row.dataset_sha256 as string,
      spec: this.#absolute(JSON.parse(row.spec as string) as JobSpec),
      state: jobStates.find((state) => state === row.state)!,
      remoteId: row.remote_id as string | null,
      ceilingUsd: row.ceiling_usd as number,
      attempt: row.attempt as number,
      jobDir: resolve(this.stateDir, row.job_dir as string),
      owner: row.owner as string | null,
      createdAt: row.created_at as number,
      updatedAt: row.updated_at as number,
    }));
  }

  // Paths are kept relative to the state folder, so that a workspace can be moved as a whole.
  #portable(spec: JobSpec): JobSpec {
    return {
      ...spec,
      dataset: { ...spec.dataset, dir: relative(this.stateDir, spec.dataset.dir) },
    };
  }

  #absolute(spec: JobSpec): JobSpec {
    return { ...spec, dataset: { ...spec.dataset, dir: resolve(this.stateDir, spec.dataset.dir) } };
  }
}
