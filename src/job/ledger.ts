// The durable record of all jobs: one SQLite file, one writer at a time (BEGIN IMMEDIATE), append-only events beside the
// current state. Every change of state goes through `transition` (and `takeBack`), which compares and sets, so that of two
// processes one wins.

import { join, relative, resolve } from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { RectuneError, UsageError } from "../base/errors.ts";
import { hashOf } from "../base/ids.ts";
import { canonicalJson } from "../base/json.ts";
import { openLedgerFile, refusalOf } from "./open-ledger.ts";
import {
  type Change,
  type JobEvent,
  type JobRecord,
  type NewJob,
  type SpendKind,
  readEventRow,
  readJobRow,
  spendKinds,
} from "./job-record.ts";
import type { JobSpec } from "./provider/types.ts";
import { isEdge, type JobState, unresolvedStates } from "./states.ts";

export type { Change, JobEvent, JobRecord, NewJob, Note, SpendKind } from "./job-record.ts";

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
  /** For this floor's own tables beside the jobs; writes go through `write`. */
  readonly database: DatabaseSync;

  /** Opens `<stateDir>/ledger.sqlite`. Throws RefusedError when the file cannot be trusted or written. */
  constructor(stateDir: string) {
    this.stateDir = resolve(stateDir);
    this.path = join(this.stateDir, "ledger.sqlite");
    this.database = openLedgerFile(this.path);
  }

  /** Records a job as PLANNED, or returns the one that has this run key already. */
  add(job: NewJob): JobRecord {
    return this.write(() => {
      const id = job.runKey.slice(0, 12);
      const folder = join("jobs", id);
      const added = this.database
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
    return this.write(() => {
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
      this.database
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
      for (const { kind, data } of change.notes ?? [])
        this.#append(id, change.at, kind, null, null, data);
      const { spend } = change;
      if (spend && spend.usd > 0) this.#spend(id, spend.kind, spend.usd, change.at, spend.note);
      return this.get(id);
    });
  }

  /**
   * Takes an adopted id back, SUBMITTED → UNKNOWN, where the user's word alone stands for it.
   * @throws StaleStateError where it does not, or another process has moved the job.
   */
  takeBack({ id, remoteId }: Pick<JobRecord, "id" | "remoteId">, at: number): JobRecord {
    return this.write(() => {
      if (!this.isOnWord(id) || this.get(id).remoteId !== remoteId) {
        throw new StaleStateError(`job ${id} was moved on meanwhile`, { code: "job-stale" });
      }
      this.database
        .prepare("UPDATE jobs SET state = 'UNKNOWN', remote_id = NULL, updated_at = ? WHERE id = ?")
        .run(at, id);
      const data = { reason: "the id that the user gave is put aside", remoteId };
      this.#append(id, at, "state", "SUBMITTED", "UNKNOWN", data);
      return this.get(id);
    });
  }

  /** Appends an event that changes no state, e.g. `duplicate`, with the money that it brings. */
  note(
    id: string,
    at: number,
    kind: string,
    data: Record<string, unknown>,
    spend?: Change["spend"],
  ): void {
    this.write(() => {
      this.#append(id, at, kind, null, null, data);
      if (spend && spend.usd > 0) this.#spend(id, spend.kind, spend.usd, at, spend.note);
    });
  }

  /** Gives a job that was not sent yet the options that its recipe has now; the run key is theirs as well. */
  renewOptions(id: string, options: JobSpec["options"], at: number): JobRecord {
    this.write(() => {
      const { spec, state } = this.get(id);
      const isOpen = ["PLANNED", "APPROVED", "UPLOADING", "UPLOADED"].includes(state);
      if (!isOpen || canonicalJson(spec.options) === canonicalJson(options)) return;
      const text = JSON.stringify(this.#portable({ ...spec, options }));
      this.database.prepare("UPDATE jobs SET spec = ? WHERE id = ?").run(text, id);
      this.#append(id, at, "options", null, null, { options });
    });
    return this.get(id);
  }

  /** Records money spent for a job, in US dollars. */
  spend(id: string, kind: SpendKind, usd: number, at: number, note: string): void {
    this.write(() => this.#spend(id, kind, usd, at, note));
  }

  /** Dollars spent so far, over all jobs or one. */
  spentUsd(id?: string): number {
    return Object.values(this.spentByKind(id)).reduce((sum, usd) => sum + usd, 0);
  }

  /** Dollars spent so far by what they were for, over all jobs or one. */
  spentByKind(id?: string): Record<SpendKind, number> {
    const rows = this.database
      .prepare("SELECT kind, sum(usd) AS usd FROM spend WHERE ? IN ('', job) GROUP BY kind")
      .all(id ?? "") as { kind: SpendKind; usd: number }[];
    const usdOf = (kind: SpendKind): number => rows.find((row) => row.kind === kind)?.usd ?? 0;
    return Object.fromEntries(spendKinds.map((kind) => [kind, usdOf(kind)])) as Record<
      SpendKind,
      number
    >;
  }

  /** Twins at a provider that were seen, and whose cancel has not been answered yet. */
  pendingTwins(): { job: string; remoteId: string }[] {
    return this.database
      .prepare(
        `SELECT DISTINCT job, data ->> 'remoteId' AS remoteId FROM events AS seen WHERE kind = 'duplicate' AND NOT EXISTS (
           SELECT 1 FROM events AS done WHERE done.job = seen.job AND done.kind = 'duplicate-cancelled'
             AND done.data ->> 'remoteId' = seen.data ->> 'remoteId') ORDER BY seq`,
      )
      .all() as { job: string; remoteId: string }[];
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

  /** Jobs under an id that the user's word alone stands for, and that nobody saw run yet. */
  onWord(): JobRecord[] {
    return this.#many(
      `state = 'SUBMITTED' AND (SELECT data ->> 'by' FROM events WHERE job = jobs.id AND state_to = 'SUBMITTED'
         ORDER BY seq DESC LIMIT 1) = 'user' ORDER BY created_at, rowid`,
    );
  }

  /** Jobs that count at their full ceilings: whether they run, and under which id, nobody has seen. */
  open(): JobRecord[] {
    return [...this.unresolved(), ...this.onWord()];
  }

  /** Whether a job is one of `onWord`. */
  isOnWord(id: string): boolean {
    return this.onWord().some((job) => job.id === id);
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
    const rows = this.database.prepare("SELECT * FROM events WHERE job = ? ORDER BY seq").all(id);
    return rows.map(readEventRow);
  }

  close(): void {
    this.database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** One transaction with the write lock: what `act` throws undoes it. For the ledger's own tables, here and in leases. */
  write<T>(act: () => T): T {
    try {
      this.database.exec("BEGIN IMMEDIATE");
    } catch (error) {
      throw refusalOf(error, this.path);
    }
    try {
      const result = act();
      this.database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec("ROLLBACK");
      throw refusalOf(error, this.path);
    }
  }

  #spend(id: string, kind: SpendKind, usd: number, at: number, note: string): void {
    this.database
      .prepare("INSERT INTO spend (job, kind, usd, at, note) VALUES (?, ?, ?, ?, ?)")
      .run(id, kind, usd, at, note);
  }

  #append(
    job: string,
    at: number,
    kind: string,
    from: JobState | null,
    to: JobState | null,
    data: object,
  ): void {
    this.database
      .prepare(
        "INSERT INTO events (job, at, kind, state_from, state_to, data) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .run(job, at, kind, from, to, JSON.stringify(data));
  }

  #one(where: string, ...values: SQLInputValue[]): JobRecord | null {
    return this.#many(where, ...values)[0] ?? null;
  }

  #many(where: string, ...values: SQLInputValue[]): JobRecord[] {
    const rows = this.database.prepare(`SELECT * FROM jobs WHERE ${where}`).all(...values);
    return rows.map((row) => readJobRow(row, this.stateDir));
  }

  // Paths are kept relative to the state folder, so that a workspace can be moved as a whole.
  #portable(spec: JobSpec): JobSpec {
    return {
      ...spec,
      dataset: { ...spec.dataset, dir: relative(this.stateDir, spec.dataset.dir) },
    };
  }
}
