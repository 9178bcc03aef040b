// Opens the ledger file: WAL, synchronous=FULL, foreign keys, schema by migrations. What cannot be trusted is refused
// before anything is sent: a newer schema, a damaged or foreign file, a read-only place, a network file system.

import { mkdirSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { RefusedError } from "../base/errors.ts";
import { applicationId, migrations } from "./ledger-schema.ts";

const busyTimeoutMs = 20_000;

/** Magic numbers of statfs(2) whose locks SQLite's WAL cannot rely on. */
const networkFileSystems = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x5346414f, "AFS"],
  [0x47504653, "GPFS"],
  [0x19830326, "BeeGFS"],
  [0x7461636f, "OCFS2"],
  [0x01161970, "GFS2"],
  [0x73757245, "Coda"],
]);

/** The name of the network file system with this statfs type, or null for a local one. */
export function networkFileSystem(type: number): string | null {
  return networkFileSystems.get(type >>> 0) ?? null;
}

/** Opens and migrates the ledger at `path`, making it if absent. Throws RefusedError when it cannot be trusted. */
export function openLedgerFile(path: string): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const network = networkFileSystem(statfsSync(dirname(path)).type);
    if (network) {
      throw new RefusedError(
        `the ledger would lie on a network file system (${network}), where its locks do not hold`,
        {
          code: "ledger-network",
          where: path,
          next: "Give a local folder with --state-dir.",
        },
      );
    }
    database = new DatabaseSync(path, {
      timeout: busyTimeoutMs,
      enableForeignKeyConstraints: true,
    });
    const opened = database;
    retryBusy(() => opened.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"));
    checkWhole(opened, path);
    migrate(opened, path);
    return opened;
  } catch (error) {
    database?.close();
    throw refusalOf(error, path);
  }
}

function checkWhole(database: DatabaseSync, path: string): void {
  const answer = database.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
  if (answer.quick_check === "ok") return;
  throw corrupt(path, answer.quick_check);
}

function migrate(database: DatabaseSync, path: string): void {
  const version = (): number =>
    (database.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;
  if (version() === migrations.length && isLedger(database)) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have migrated while this one waited for the lock.
    const at = version();
    if (at > migrations.length) {
      throw new RefusedError(
        `the ledger was written by a newer rectune (schema ${at}, this one knows ${migrations.length})`,
        {
          code: "ledger-newer",
          where: path,
          next: "Update rectune, or give another folder with --state-dir. Nothing was sent.",
        },
      );
    }
    const tables = (
      database.prepare("SELECT count(*) AS n FROM sqlite_schema").get() as { n: number }
    ).n;
    if (tables > 0 && !isLedger(database)) {
      throw new RefusedError("this SQLite file is not a ledger of rectune", {
        code: "ledger-foreign",
        where: path,
        next: "Move it away, or give another folder with --state-dir. Nothing was sent.",
      });
    }
    for (const migration of migrations.slice(at)) database.exec(migration);
    database.exec(
      `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}`,
    );
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

function isLedger(database: DatabaseSync): boolean {
  const answer = database.prepare("PRAGMA application_id").get() as { application_id: number };
  return answer.application_id === applicationId;
}

/** The switch to WAL does not wait for the busy timeout when two processes make the file at once. */
function retryBusy(act: () => void): void {
  for (let left = 500; ; left--) {
    try {
      return act();
    } catch (error) {
      if (sqliteCode(error) !== 5 || left === 0) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

/** Turns SQLite's and the file system's complaints into one refusal that says what to do; other errors pass as they are. */
export function refusalOf(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  const errno = (error as NodeJS.ErrnoException).code;
  if (code === 11 || code === 26) return corrupt(path, (error as Error).message, error);
  if (code === 5) {
    return new RefusedError("another process has held the ledger for too long", {
      code: "ledger-busy",
      where: path,
      next: "Try again once that process is done. Nothing was sent.",
      cause: error,
    });
  }
  if (
    code === 8 ||
    code === 10 ||
    code === 13 ||
    code === 14 ||
    ["EACCES", "EROFS", "EPERM", "ENOTDIR", "EEXIST", "ENOSPC"].includes(errno ?? "")
  ) {
    return new RefusedError(`the ledger cannot be written (${(error as Error).message})`, {
      code: "ledger-unwritable",
      where: path,
      next: "Make the folder writable, or give another one with --state-dir. Nothing was sent.",
      cause: error,
    });
  }
  return error;
}

function corrupt(path: string, what: string, cause?: unknown): RefusedError {
  return new RefusedError(`the ledger is damaged (${what})`, {
    code: "ledger-corrupt",
    where: path,
    next: "Restore it from a backup, or move it away and check the providers for running jobs first. Nothing was sent.",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Primary result code of SQLite (its low byte), or null for any other error. */
function sqliteCode(error: unknown): number | null {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === "number" ? code & 0xff : null;
}
