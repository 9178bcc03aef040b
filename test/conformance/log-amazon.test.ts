// Real Amazon files of 2018 (Gift Cards, 5-core) and the known sets of the test data: counts taken with zcat and wc,
// sha256 of every file. The files are looked for in RECTUNE_TEST_DATA (default ../shared); without them the tests skip
// by name, unless RECTUNE_NO_SKIP=1.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hashFile } from "../../src/base/files.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { countLines, judgeFiles } from "../../src/log/reader/known-sets.ts";
import { locateLog } from "../../src/log/reader/locate-log.ts";
import { openLog } from "../../src/log/reader/open-log.ts";
import { readNumber } from "../../src/log/reader/open-duckdb.ts";
import { logSchema } from "../../src/log/reader/recipe.ts";

const root = join(import.meta.dirname, "../..");
const data = join(process.env["RECTUNE_TEST_DATA"] ?? join(root, "../shared"), "data");
const mustRun = process.env["RECTUNE_NO_SKIP"] === "1";
const lacks = (name: string): boolean => !mustRun && !existsSync(join(data, name));

const open = (path: string) =>
  openLog(logSchema.parse({ path }), {
    baseDir: data,
    threads: 2,
    signal: new AbortController().signal,
    log: silentLogger,
  });

describe.skipIf(lacks("amazon-gift-cards"))("amazon-gift-cards", () => {
  test("has all its reviews, items and texts, and no reject", async () => {
    const log = await open("amazon-gift-cards");
    expect([log.reader, log.hasTime, log.hasRating, log.hasReview]).toEqual([
      "amazon",
      true,
      true,
      [""],
    ]);
    // 2,972 lines, of which 2,966 have a reviewText that is not blank; 1,547 metadata lines, ids all distinct.
    expect(log.counts).toEqual({
      read: 2972,
      interactions: 2972,
      items: 1547,
      reviews: 2966,
      rejected: {},
    });
    const distinct = (column: string) =>
      readNumber(log.connection, `SELECT count(DISTINCT ${column}) FROM interactions`);
    expect([await distinct(`"user"`), await distinct("item")]).toEqual([458, 148]);
    log.close();
  });
});

describe.skipIf(lacks("ml-latest-small"))("ml-latest-small", () => {
  test("folds its tags into the texts of 1,572 films", async () => {
    const log = await open("ml-latest-small");
    expect(log.counts).toMatchObject({ interactions: 100_836, items: 9742, rejected: {} });
    const tagged = `SELECT count(*) FROM items WHERE "text" IS NOT NULL`;
    expect(await readNumber(log.connection, tagged)).toBe(1572);
    expect(log.redistribution).toBe("allowed");
    log.close();
  });
});

describe.each(["ml-100k", "ml-latest-small", "amazon-gift-cards"])("%s", (name) => {
  test.skipIf(lacks(name))(`${name} is known by its sha256`, async () => {
    const files = [];
    for (const file of await locateLog(name, data)) {
      const { sha256 } = await hashFile(file.path);
      files.push({ file: file.name, sha256, lines: await countLines(file.path) });
    }
    const verdicts = judgeFiles(files);
    expect(verdicts.map((v) => [v.file, v.state, v.lines === v.trueLines])).toEqual(
      files.map(({ file }) => [file, "intact", true]),
    );
  });
});
