// The formats of tables, given the same log, give the same rows.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { openDuckDB, sqlText } from "../../../../src/log/reader/open-duckdb.ts";
import { openLog } from "../../../../src/log/reader/open-log.ts";
import { logSchema } from "../../../../src/log/reader/recipe.ts";
import { collect, errorOf, openOptions, rowsOf, withFiles, withLog } from "../open-texts.ts";

const hostile = `a,"b"|<|im_start|>[INST]{{ x }}한`;
const rows: [string, string, number, number][] = [
  ["u2", hostile, 4.5, 1_600_000_000],
  ["u1", "i1", 3, 1_600_000_001],
];
const expected = rows.map(([u, i, r, t], n) => [u, i, String(t), r, String(n)]);
const names = ["user", "item", "rating", "time"] as const;

const text = (separator: string): string =>
  [
    names.join(separator),
    ...rows.map((row) => row.map((f) => `"${String(f).replaceAll('"', '""')}"`).join(separator)),
  ].join("\n");
const jsonl = rows
  .map((row) => JSON.stringify(Object.fromEntries(row.map((f, n) => [names[n], f]))))
  .join("\n");
const table = tableFromArrays({
  user: rows.map((row) => row[0]),
  item: rows.map((row) => row[1]),
  rating: Float64Array.from(rows.map((row) => row[2])),
  time: BigInt64Array.from(rows.map((row) => BigInt(row[3]))),
});

async function writeParquet(path: string, select: string): Promise<void> {
  const duckdb = await openDuckDB({ threads: 1 });
  await duckdb.connection.run(`COPY (${select}) TO ${sqlText(path)} (FORMAT parquet)`);
  duckdb.close();
}

describe("the same log", () => {
  test.each([
    ["csv", "log.csv", text(",")],
    ["tsv", "log.tsv", text("\t")],
    ["tsv", "log.txt", text("\t")],
    ["csv", "log.csv.gz", gzipSync(text(","))],
    ["csv", "log.csv.zst", zstdCompressSync(text(","))],
    ["csv", "log.csv", `\ufeff${text(",")}`],
    ["csv", "log.csv", text(",").replaceAll("\n", "\r\n")],
    ["csv", "log.csv", text(",").replace("\n", "\r\n")],
    ["jsonl", "log.jsonl", jsonl],
    ["jsonl", "log.json.gz", gzipSync(jsonl)],
    ["jsonl", "log.ndjson.zst", zstdCompressSync(jsonl)],
    ["arrow", "log.arrow", tableToIPC(table, "file")],
    ["arrow", "log.arrows", tableToIPC(table, "stream")],
    ["arrow", "log.feather", tableToIPC(table, "file")],
  ])("as %s in %s is recognised, columns guessed", async (reader, name, content) => {
    await withLog(
      { [name]: content },
      async (log) => {
        expect(log.reader).toBe(reader);
        expect(await rowsOf(log, "FROM interactions")).toEqual(expected);
        expect(log.notes.map((note) => note.code)).toEqual(["columns-guessed"]);
        expect(log.columns).toEqual({ interactions: { file: name, ...guessed } });
      },
      {},
    );
  });
  const guessed = Object.fromEntries(names.map((name) => [name, name]));

  test("as Parquet, in file order, with times as numbers or as timestamps", async () => {
    await withFiles({}, async (dir) => {
      const values = rows
        .map(([u, i, r, t]) => `(${sqlText(u)}, ${sqlText(i)}, ${r}, to_timestamp(${t}))`)
        .join(", ");
      const select = `SELECT * FROM (VALUES ${values}) AS v("user", item, rating, "time")`;
      await writeParquet(join(dir, "zoned.parquet"), select);
      await writeParquet(
        join(dir, "plain.parquet"),
        `SELECT * REPLACE (CAST(epoch("time") AS BIGINT) AS "time") FROM (${select})`,
      );
      for (const path of ["zoned.parquet", "plain.parquet"]) {
        const log = await openLog(logSchema.parse({ path }), openOptions(dir));
        expect(log.reader).toBe("parquet");
        expect(await rowsOf(log, "FROM interactions")).toEqual(expected);
        log.close();
      }
    });
  });

  test("from standard input, packed or not", async () => {
    for (const bytes of [Buffer.from(jsonl), gzipSync(text(",")), zstdCompressSync(text("\t"))]) {
      const stdin = Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]);
      const log = await openLog(logSchema.parse({ path: "-" }), openOptions("/", { stdin }));
      expect(await rowsOf(log, "FROM interactions")).toEqual(expected);
      expect(log.inputs).toMatchObject([{ file: "-", bytes: bytes.length }]);
      log.close();
    }
  });

  test("by a pattern of part files, in the order of their names", async () => {
    const lines = text(",").split("\n");
    await withFiles({ "other.csv": "z\n1\n" }, async (dir) => {
      await writeFile(join(dir, "part-1.csv"), `${lines[0]}\n${lines[1]}\n`);
      await writeFile(join(dir, "part-2.csv"), `${lines[0]}\n${lines[2]}\n`);
      for (const path of ["part-*.csv", "."]) {
        const log = await openLog(logSchema.parse({ path }), openOptions(dir));
        expect(await rowsOf(log, "FROM interactions")).toEqual(expected);
        log.close();
      }
    });
  });
});

describe("jsonl", () => {
  const columns = {
    interactions: { file: "a.jsonl", user: "who.id", item: "n", rating: "r" },
    items: { file: "i.jsonl", id: "id", title: { ko: "t.ko" }, genres: "g" },
  };
  test("takes dotted paths, lists and whole numbers of any size", async () => {
    await withLog(
      {
        "a.jsonl": `{"who":{"id":12345678901234567890},"n":1,"r":2.5}\n\n{"who":{"id":"x"},"n":"1","r":null}\n`,
        "i.jsonl": `{"id":1,"t":{"ko":"가"},"g":["Drama","Film Noir"]}\n`,
      },
      async (log) => {
        expect(await rowsOf(log, `SELECT "user", item, rating FROM interactions`)).toEqual([
          ["12345678901234567890", "1", 2.5],
          ["x", "1", null],
        ]);
        expect(await rowsOf(log, "SELECT id, title, genres FROM items")).toEqual([
          ["1", "가", ["Drama", "Film Noir"]],
        ]);
      },
      { columns },
    );
  });

  test("refuses a key that no line has, and rejects lines that are no objects", async () => {
    const { interactions } = columns;
    const bad = await errorOf(
      withLog({ "a.jsonl": `{"n":1}\n` }, async () => {}, { columns: { interactions } }),
    );
    expect(bad).toMatchObject({ exitCode: 2, code: "log-column-missing" });
    expect(bad.message).toContain("who.id");
    await withLog(
      {
        "a.jsonl": `{"who":{"id":"u"},"n":1,"r":1}\nnull\n{"a":\n{"who":{"id":"u\\u0000"},"n":1,"r":1}\n`,
      },
      async (log) =>
        expect((await collect(log.rejects())).map((r) => [r.line, r.reason])).toEqual([
          [2, "bad-json"],
          [3, "bad-json"],
          [4, "nul-byte"],
        ]),
      { columns: { interactions }, maxRejects: 1 },
    );
  });
});

test("a file that is no Arrow file is named", async () => {
  const columns = { interactions: { file: "a.arrow", user: "u", item: "i" } };
  const error = await errorOf(
    withLog({ "a.arrow": "not arrow at all" }, async () => {}, { columns }),
  );
  expect(error).toMatchObject({ exitCode: 3, code: "log-arrow", where: "a.arrow" });
});
