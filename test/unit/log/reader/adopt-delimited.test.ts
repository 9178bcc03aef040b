// DuckDB's way and the way line by line give the same rows, rejects and notes.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { silentLogger } from "../../../../src/base/logger.ts";
import type { OpenLog, OpenLogOptions } from "../../../../src/log/reader/open-log.ts";
import { collect, plainColumns, rowsOf, withLog } from "../open-texts.ts";

const header = "user,item,rating,time\n";

async function look(log: OpenLog): Promise<unknown> {
  return {
    rows: await rowsOf(log, `FROM interactions ORDER BY "row"`),
    rejects: await collect(log.rejects()),
    counts: log.counts,
    notes: log.notes,
  };
}

const readWith = (
  text: string | Uint8Array,
  fastFromBytes: number,
  overrides: Partial<OpenLogOptions> = {},
) =>
  withLog(
    { "ratings.csv": text },
    look,
    { format: "csv", columns: plainColumns, maxRejects: 1 },
    { fastFromBytes, ...overrides },
  );

const layouts = {
  "u.data": {
    separator: "\t",
    files: { "u.genre": "Drama|0\n", "u.item": "1|Heat (1995)||||1\n" },
  },
  "ratings.dat": { separator: "::", files: { "movies.dat": "1::Heat (1995)::Drama\n" } },
};

const readLayout = (
  name: keyof typeof layouts,
  text: string | Uint8Array,
  fastFromBytes: number,
  overrides: Partial<OpenLogOptions> = {},
) =>
  withLog(
    { ...layouts[name].files, [name]: text },
    look,
    { format: "movielens", maxRejects: 1 },
    { fastFromBytes, ...overrides },
  );

const never = Number.POSITIVE_INFINITY;

describe("both ways agree on", () => {
  test.each([
    ["plain rows", "a,i,3,100\n가,j,4.5,200\n"],
    ["no last line end", "a,i,3,100\nb,j,4,5"],
    ["milliseconds", "a,i,3,1609459200123\nb,j,4,1609459200999\n"],
    ["mixed units", "a,i,3,1609459200123\nb,j,4,1609459200\n"],
    ["times before 1970", "a,i,3,-5\nb,j,4,-1.5\n"],
    ["blank fields", "a,i,,1\n a,i,3,1\n  ,i,3,1\na,,3,1\na,i,3,\n"],
    ["field counts", "a,i,3\na,i,3,1,9\na,i,3,2\n"],
    ["no numbers", "a,i,NaN,1\na,i,inf,1\na,i,1_0,1\na,i,0x1,1\na,i,3,1_0\na,i,3,1e3\n"],
    ["empty lines", "a,i,3,1\n\n\nb,i,3,2\n"],
    ["quotes", 'a,"i,1",3,1\n"b",i,3,2\n'],
    ["CRLF", "a,i,3,1\r\nb,i,3,2\r\n"],
    ["dates", "a,i,3,2021-01-01\n"],
    ["wide spaces", "a,i,3,1\n\u00a0,i,3,1\n\u3000,i,3,1\n"],
    ["comments and NULL", "#a,NULL,3,1\nNULL,\\N,3,1\n"],
  ])("%s", async (_name, body) => {
    expect(await readWith(header + body, 0)).toEqual(await readWith(header + body, never));
  });

  test("NUL bytes and bytes that are not UTF-8", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${header}a,i,3,1\nb\0,i,3,1\n`),
      Buffer.from("é,i,3,1\n", "latin1"),
    ]);
    const slow = await readWith(bytes, never);
    expect(slow).toMatchObject({ counts: { rejected: { "nul-byte": 1, "invalid-utf8": 1 } } });
    expect(await readWith(bytes, 0)).toEqual(slow);
  });

  test("a file that shows far in that DuckDB would read it otherwise", async () => {
    const plain = Array.from({ length: 9000 }, (_, n) => `u${n % 7},i${n},3,${n}\n`).join("");
    for (const late of ['u,"i",3,1\n', "u,i,3,1609459200123\n", "u,i,x,1\n", "u,i,3\n", "\n"]) {
      const text = `${header}${plain}${late}${plain}`;
      expect(await readWith(text, 0)).toEqual(await readWith(text, never));
    }
  });

  test("more ratings than a column of ratings has", async () => {
    const rows = Array.from({ length: 300 }, (_, n) => `u,i${n},${n / 8},${n}\n`).join("");
    expect(await readWith(header + rows, 0)).toEqual(await readWith(header + rows, never));
  });

  test("any text", async () => {
    const field = fc.oneof(
      fc.constantFrom(
        "u",
        "7",
        "3.5",
        "-1",
        "1609459200123",
        "",
        " ",
        "NaN",
        '"',
        "\r",
        "가",
        "\t",
      ),
      fc.string({ unit: "grapheme", maxLength: 3 }),
    );
    const body = fc.array(fc.array(field, { minLength: 3, maxLength: 5 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(body, async (lines) => {
        const text = `${header}a,i,3,1\n${lines.map((line) => line.join(",")).join("\n")}`;
        expect(await readWith(text, 0)).toEqual(await readWith(text, never));
      }),
      { numRuns: 15 },
    );
  });
});

test("DuckDB's way is taken: it leaves rows in file order at 1, 2 and 8 threads", async () => {
  const rows = Array.from({ length: 30_000 }, (_, n) => `u${n % 7},i${n},3,${n}\n`).join("");
  const seen = [];
  const said: string[] = [];
  const log = { ...silentLogger, debug: (message: string) => void said.push(message) };
  for (const threads of [1, 2, 8]) seen.push(await readWith(header + rows, 0, { threads, log }));
  expect(said).toEqual(Array(3).fill("ratings.csv: read by DuckDB"));
  expect(seen[0]).toMatchObject({ counts: { interactions: 30_000, rejected: {} } });
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
});

describe.each(["u.data", "ratings.dat"] as const)("%s, which has no header", (name) => {
  const { separator } = layouts[name];
  const linesOf = (rows: string[][]): string => rows.map((row) => row.join(separator)).join("\n");

  test("is read by DuckDB", async () => {
    const said: string[] = [];
    const log = { ...silentLogger, debug: (message: string) => void said.push(message) };
    const text = linesOf([
      ["1", "1", "5", "881250949"],
      ["2", "9", "3.5", "891717742"],
    ]);
    const seen = await readLayout(name, text, 0, { log });
    expect(said).toContain(`${name}: read by DuckDB`);
    expect(seen).toMatchObject({ counts: { interactions: 2, rejected: {} } });
    expect(seen).toEqual(await readLayout(name, text, never));
  });

  test("letters beyond ASCII are those of its encoding", async () => {
    // "é" in UTF-8 is "Ã©" in ISO-8859-1, which u.data has.
    const text = linesOf([["é", "1", "5", "100"]]);
    expect(await readLayout(name, text, 0)).toEqual(await readLayout(name, text, never));
  });

  test("any text is read alike both ways", async () => {
    const field = fc.oneof(
      fc.constantFrom("7", "3.5", "-1", "1609459200123", "", " ", ":", '"', "\r", "x:", "가", "\t"),
      fc.string({ unit: "grapheme", maxLength: 3 }),
    );
    const body = fc.array(fc.array(field, { minLength: 3, maxLength: 5 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(body, async (rows) => {
        const text = linesOf([["1", "1", "5", "881250949"], ...rows]);
        expect(await readLayout(name, text, 0)).toEqual(await readLayout(name, text, never));
      }),
      { numRuns: 15 },
    );
  });
});
