// Logs made of texts, for tests of the log floor.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { z } from "zod";
import { silentLogger } from "../../../src/base/logger.ts";
import { openLog } from "../../../src/log/reader/open-log.ts";
import type { OpenLog, OpenLogOptions } from "../../../src/log/reader/open-log.ts";
import { logSchema } from "../../../src/log/reader/recipe.ts";
import { filterSchema, splitSchema } from "../../../src/log/split/recipe.ts";
import { splitLog } from "../../../src/log/split/split-log.ts";
import type { SplitLog } from "../../../src/log/split/split-log.ts";

export const fixtures = join(import.meta.dirname, "../../fixtures/log");

export const openOptions = (
  baseDir: string,
  overrides: Partial<OpenLogOptions> = {},
): OpenLogOptions => ({
  baseDir,
  threads: 1,
  signal: new AbortController().signal,
  log: silentLogger,
  ...overrides,
});

type LogInput = Omit<z.input<typeof logSchema>, "path">;

/** Columns of a log of ratings.csv alone, named as the canonical table. */
export const plainColumns = {
  interactions: { file: "ratings.csv", user: "user", item: "item", rating: "rating", time: "time" },
};

/** Columns of the tiny fixture, which has the shape of the sample log. */
export const tinyColumns = {
  interactions: { file: "ratings.csv", user: "user", item: "film", rating: "rating", time: "time" },
  items: {
    file: "films.csv",
    id: "id",
    title: { en: "title", ko: "title_ko" },
    year: "year",
    genres: "genres",
    text: "plot",
  },
  reviews: {
    file: "reviews.csv",
    user: "user",
    item: "film",
    text: { en: "review", ko: "review_ko" },
  },
};

export const openTiny = (overrides: Partial<OpenLogOptions> = {}): Promise<OpenLog> =>
  openLog(
    logSchema.parse({ path: "tiny", columns: tinyColumns }),
    openOptions(fixtures, overrides),
  );

/** Writes the files into a fresh folder and hands its path to `use`; removes it afterwards. */
export async function withFiles<T>(
  files: Record<string, string | Uint8Array>,
  use: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), "rectune-log-"));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Opens a csv log made of the given files and hands it to `use`; closes and removes it afterwards. */
export function withLog<T>(
  files: Record<string, string | Uint8Array>,
  use: (log: OpenLog) => Promise<T>,
  recipe: LogInput = { format: "csv", columns: plainColumns },
  overrides: Partial<OpenLogOptions> = {},
): Promise<T> {
  return withFiles(files, async (dir) => {
    const log = await openLog(
      logSchema.parse({ path: ".", ...recipe }),
      openOptions(dir, overrides),
    );
    try {
      return await use(log);
    } finally {
      log.close();
    }
  });
}

/** Splits with leave-one-out and the default filters but for those given. */
export const split = (
  log: OpenLog,
  filter: z.input<typeof filterSchema> = {},
  seed = 1,
): Promise<SplitLog> =>
  splitLog(log, {
    filter: filterSchema.parse(filter),
    split: splitSchema.parse({ by: "leave-one-out" }),
    seed,
  });

/** Rows of a query, in JSON form (BIGINT as text). */
export async function rowsOf(
  log: { connection: OpenLog["connection"] },
  sql: string,
): Promise<unknown[][]> {
  return (await log.connection.runAndReadAll(sql)).getRowsJson();
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The error that a promise rejects with; fails when it does not. */
export async function errorOf(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; exitCode?: number }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("expected an error");
}
