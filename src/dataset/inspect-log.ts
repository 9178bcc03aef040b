// A look at a log before any filter: reader, sizes, span of time, ties.

import type { Context } from "../base/logger.ts";
import { readRows } from "../log/reader/open-duckdb.ts";
import { openLog } from "../log/reader/open-log.ts";
import type { LogRecipe } from "../log/reader/recipe.ts";

export type LogLook = {
  reader: string;
  files: string[];
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
  /** Distinct ratings with their counts, ascending, at most 50; empty without. */
  ratings: [number, number][];
  reviews: number;
  license: string | null;
};

/** Reads a log as it is, before any filter. @throws UsageError or DataError as `openLog` does. */
export async function inspectLog(
  recipe: LogRecipe,
  baseDir: string,
  context: Context,
): Promise<LogLook> {
  const { threads, signal, log: logger } = context;
  const log = await openLog(recipe, { baseDir, threads, signal, log: logger });
  try {
    const rows = (sql: string): Promise<unknown[][]> => readRows(log.connection, sql);
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
    return {
      reader: log.reader,
      files: log.inputs.map((input) => input.file),
      users: Number(users),
      items: Number(items),
      interactions: log.counts.interactions,
      rejected: log.counts.rejected,
      density: log.counts.interactions / (Number(users) * Number(items)),
      span: log.hasTime ? [Number(first), Number(last)] : null,
      tieShare: log.hasTime ? Number(tied![0]) : null,
      ratings: ratings.length > 50 ? [] : ratings.map(([r, n]) => [Number(r), Number(n)]),
      reviews: log.counts.reviews,
      license: log.license,
    };
  } finally {
    log.close();
  }
}
