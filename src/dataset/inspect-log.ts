// A look at a log before any filter: reader, columns, sizes, span of time, ties, languages, what was guessed.

import type { DuckDBConnection } from "@duckdb/node-api";
import type { Context } from "../base/logger.ts";
import { readNumber, readRows } from "../log/reader/open-duckdb.ts";
import { openLog, type LogNote } from "../log/reader/open-log.ts";
import type { LogColumns, LogRecipe } from "../log/reader/recipe.ts";
import type { Redistribution } from "../log/reader/types.ts";

/** Shares of texts by the script of their letters; a text with Hangul counts as Hangul. */
export type ScriptShares = { texts: number; hangul: number; latin: number; other: number };

export type LogLook = {
  reader: string;
  files: string[];
  /** The columns of each file, as it names them. */
  columns: { file: string; columns: string[] }[];
  /** Which columns are read as what, where the layout does not say it itself. */
  read: LogColumns | null;
  users: number;
  items: number;
  interactions: number;
  rejected: Record<string, number>;
  /** Interactions of all possible (user, item) pairs. */
  density: number;
  /** First and last moment, UTC seconds; null without times. */
  span: [number, number] | null;
  /** Share of users whose last two times are equal; null without times. */
  tieShare: number | null;
  /** Users with five interactions or more, which the default filters keep. */
  usersOfFive: number;
  hasRating: boolean;
  /** Distinct ratings with their counts, ascending, at most 50; empty without. */
  ratings: [number, number][];
  titles: ScriptShares;
  /** Languages that the log gives titles in; empty where it does not say. */
  titleLangs: string[];
  reviews: number;
  reviewTexts: ScriptShares;
  notes: LogNote[];
  license: string | null;
  redistribution: Redistribution;
};

/** Reads a log as it is, before any filter. @throws UsageError or DataError as `openLog` does. */
export async function inspectLog(
  recipe: LogRecipe,
  baseDir: string,
  context: Context,
): Promise<LogLook> {
  const { threads, signal, log: logger } = context;
  const log = await openLog(recipe, { baseDir, threads, signal, log: logger });
  const { connection } = log;
  try {
    const rows = (sql: string): Promise<unknown[][]> => readRows(connection, sql);
    const [sizes] = await rows(
      `SELECT count(DISTINCT "user"), count(DISTINCT item), min("time"), max("time") FROM interactions`,
    );
    const [users, items, first, last] = sizes!;
    const ties = `SELECT max("time", 2) AS latest FROM interactions GROUP BY "user" HAVING count(*) >= 2`;
    const [tied] = await rows(
      `SELECT coalesce(avg((latest[1] = latest[2])::INTEGER), 0) FROM (${ties})`,
    );
    const ratings = await rows(
      "SELECT rating, count(*) FROM interactions WHERE rating IS NOT NULL GROUP BY rating ORDER BY rating LIMIT 51",
    );
    const langs = await rows(
      "SELECT DISTINCT unnest(map_keys(titles)) AS lang FROM items ORDER BY lang",
    );
    return {
      reader: log.reader,
      files: log.inputs.map((input) => input.file),
      columns: log.headers,
      read: log.columns,
      users: Number(users),
      items: Number(items),
      interactions: log.counts.interactions,
      rejected: log.counts.rejected,
      density: log.counts.interactions / (Number(users) * Number(items)),
      span: log.hasTime ? [Number(first), Number(last)] : null,
      tieShare: log.hasTime ? Number(tied![0]) : null,
      usersOfFive: await readNumber(
        connection,
        `SELECT count(*) FROM (SELECT 1 FROM interactions GROUP BY "user" HAVING count(DISTINCT item) >= 5)`,
      ),
      hasRating: log.hasRating,
      ratings: ratings.length > 50 ? [] : ratings.map(([r, n]) => [Number(r), Number(n)]),
      titles: await readScripts(connection, "SELECT title AS t FROM items WHERE title IS NOT NULL"),
      titleLangs: langs.map(([lang]) => String(lang)),
      reviews: log.counts.reviews,
      reviewTexts: await readScripts(connection, `SELECT "text" AS t FROM reviews`),
      notes: log.notes,
      license: log.license,
      redistribution: log.redistribution,
    };
  } finally {
    log.close();
  }
}

async function readScripts(connection: DuckDBConnection, texts: string): Promise<ScriptShares> {
  const [row] = await readRows(
    connection,
    `SELECT count(*), count(*) FILTER (hangul), count(*) FILTER (latin AND NOT hangul) FROM (SELECT regexp_matches(t, '[가-힣]') AS hangul, regexp_matches(t, '[A-Za-z]') AS latin FROM (${texts}))`,
  );
  const [count, hangul, latin] = row!.map(Number) as [number, number, number];
  const share = (n: number): number => (count === 0 ? 0 : n / count);
  return {
    texts: count,
    hangul: share(hangul),
    latin: share(latin),
    other: share(count - hangul - latin),
  };
}
