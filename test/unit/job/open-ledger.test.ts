import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { RefusedError } from "../../../src/base/errors.ts";
import { applicationId, migrations } from "../../../src/job/ledger-schema.ts";
import { listLeases } from "../../../src/job/lease-record.ts";
import { openUsd } from "../../../src/job/plan.ts";
import { Ledger } from "../../../src/job/ledger.ts";
import { networkFileSystem, openLedgerFile, refusalOf } from "../../../src/job/open-ledger.ts";
import { newJob, scratch } from "./fixture.ts";

function refusal(path: string): RefusedError {
  try {
    openLedgerFile(path).close();
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
  throw new Error("it was opened");
}

describe("openLedgerFile", () => {
  test("writes ahead and waits for the disk", () => {
    using folder = scratch();
    using database = openLedgerFile(join(folder.dir, "deep", "ledger.sqlite"));
    expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    expect(database.prepare("PRAGMA foreign_keys").get()).toEqual({ foreign_keys: 1 });
  });

  test("refuses a newer schema and leaves it as it is", () => {
    using folder = scratch();
    const path = join(folder.dir, "ledger.sqlite");
    using database = openLedgerFile(path);
    database.exec("PRAGMA user_version = 99");
    expect(refusal(path)).toMatchObject({ code: "ledger-newer", exitCode: 5, where: path });
    expect(database.prepare("PRAGMA user_version").get()).toEqual({ user_version: 99 });
  });

  test("brings a ledger of the first schema up to date, with all that it holds", () => {
    using folder = scratch();
    const path = join(folder.dir, "ledger.sqlite");
    {
      using old = new DatabaseSync(path);
      old.exec(migrations[0]!);
      old.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 1`);
      old.exec(`INSERT INTO jobs VALUES ('abc', '${"abc".padEnd(64, "0")}', 'scripted', 'me', 'B', 'm1', 'sft', 'd',
        '{"name":"old","dataset":{"dir":"../data"}}', 'UNKNOWN', NULL, 2.5, 1, 'jobs/abc', '1@2', 1, 2)`);
      old.exec(
        "INSERT INTO events (job, at, kind, state_from, state_to, data) VALUES ('abc', 1, 'state', NULL, 'PLANNED', '{}')",
      );
      old.exec("INSERT INTO spend (job, kind, usd, at, note) VALUES ('abc', 'tune', 1, 1, '')");
    }
    using ledger = new Ledger(folder.dir);
    expect(ledger.database.prepare("PRAGMA user_version").get()).toEqual({
      user_version: migrations.length,
    });
    expect(ledger.list()).toMatchObject([{ id: "abc", state: "UNKNOWN", ceilingUsd: 2.5 }]);
    expect(ledger.events("abc")).toMatchObject([{ to: "PLANNED" }]);
    expect(ledger.spentUsd()).toBe(1);
    expect(openUsd(ledger, "")).toBe(2.5);
    expect(listLeases(ledger)).toEqual([]);
    // Once is enough.
    using again = new Ledger(folder.dir);
    expect(again.list()).toHaveLength(1);
  });

  test("leaves a ledger whose migration fails as it was", () => {
    using folder = scratch();
    const path = join(folder.dir, "ledger.sqlite");
    using old = new DatabaseSync(path);
    old.exec(migrations[0]!);
    old.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 1`);
    // What the second migration makes is there already.
    old.exec("CREATE TABLE leases (x TEXT)");
    expect(() => openLedgerFile(path)).toThrow(/leases already exists/);
    expect(old.prepare("PRAGMA user_version").get()).toEqual({ user_version: 1 });
  });

  test("refuses a file that is no database", () => {
    using folder = scratch();
    const path = join(folder.dir, "ledger.sqlite");
    writeFileSync(path, "this is a shopping list, and a long one at that: ".repeat(40));
    expect(refusal(path)).toMatchObject({ code: "ledger-corrupt", exitCode: 5 });
  });

  test("refuses a ledger whose pages are damaged", () => {
    using folder = scratch();
    const path = join(folder.dir, "ledger.sqlite");
    {
      using ledger = new Ledger(folder.dir);
      for (let n = 0; n < 40; n++) ledger.add(newJob(n));
    }
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096 * 2, Math.min(bytes.length, 4096 * 12));
    writeFileSync(path, bytes);
    expect(refusal(path)).toMatchObject({ code: "ledger-corrupt" });
  });

  test("refuses somebody else's database", () => {
    using folder = scratch();
    const path = join(folder.dir, "ledger.sqlite");
    using other = new DatabaseSync(path);
    other.exec("CREATE TABLE recipes (cake TEXT)");
    expect(refusal(path)).toMatchObject({ code: "ledger-foreign" });
    expect(other.prepare("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "recipes" }]);
  });

  test("refuses a place that cannot be written", () => {
    using folder = scratch();
    mkdirSync(join(folder.dir, "ledger.sqlite"));
    expect(refusal(join(folder.dir, "ledger.sqlite"))).toMatchObject({ code: "ledger-unwritable" });
    writeFileSync(join(folder.dir, "file"), "");
    expect(refusal(join(folder.dir, "file", "ledger.sqlite"))).toMatchObject({
      code: "ledger-unwritable",
    });
    const readOnly = Object.assign(new Error("attempt to write a readonly database"), {
      errcode: 8,
    });
    expect(refusalOf(readOnly, "p")).toMatchObject({ code: "ledger-unwritable", exitCode: 5 });
    expect(refusalOf(Object.assign(new Error("locked"), { errcode: 5 }), "p")).toMatchObject({
      code: "ledger-busy",
    });
    const other = new TypeError("a fault of ours");
    expect(refusalOf(other, "p")).toBe(other);
  });

  test("knows network file systems by their magic numbers", () => {
    expect([0x6969, 0xff534d42, -11317950, 0xef53].map(networkFileSystem)).toEqual([
      "NFS",
      "CIFS",
      "CIFS",
      null,
    ]);
  });
});
