// Filters as SQL inside DuckDB: repeats, ratings, period, a sample of users, k-core. Each step says what it took.
// The total order everywhere is (user, time, row); without times it is (user, row).

import type { DuckDBConnection } from "@duckdb/node-api";
import { DataError } from "../../base/errors.ts";
import { readNumber, readRows } from "../reader/open-duckdb.ts";
import { parseTime } from "../reader/parse-field.ts";
import type { FilterRecipe } from "./recipe.ts";

export type LogSize = { users: number; items: number; interactions: number };
/** What one filter took and what it left; a filter that took nothing is listed as well. */
export type FilterStep = { reason: string; lost: LogSize; kept: LogSize };

/**
 * Makes `kept` (columns of `interactions`) hold what the filters leave: a view where they leave everything, else a table.
 * @throws DataError when nothing is left, naming the step that took the last rows.
 */
export async function filterLog(
  connection: DuckDBConnection,
  filter: FilterRecipe,
  seed: number,
): Promise<FilterStep[]> {
  await dropKept(connection);
  await connection.run("CREATE VIEW kept AS FROM interactions");
  const kept = keptOf(connection);
  const steps: FilterStep[] = [];
  let before = await sizeOf(connection);
  const step = async (reason: string, act: () => Promise<unknown>): Promise<void> => {
    await act();
    const after = kept.isAll() ? before : await sizeOf(connection);
    const lost = {
      users: before.users - after.users,
      items: before.items - after.items,
      interactions: before.interactions - after.interactions,
    };
    steps.push({ reason, lost, kept: after });
    if (after.interactions === 0) throw nothingLeft(steps);
    before = after;
  };
  const drop = (where: string) => () => kept.drop(where);

  if (filter.dedup !== "none") await step("repeat", () => dropRepeats(kept, filter.dedup));
  if (filter.minRating !== null) {
    await step("min-rating", drop(`rating IS NULL OR rating < ${filter.minRating}`));
  }
  if (filter.likes !== null) {
    const { from, dislikeUpTo } = filter.likes;
    const isMiddle = `rating > ${dislikeUpTo} AND rating < ${from}`;
    await step("middle-rating", drop(`rating IS NULL OR (${isMiddle})`));
  }
  if (filter.since !== null) {
    await step("since", drop(`"time" IS NULL OR "time" < ${secondsOf(filter.since)}`));
  }
  if (filter.until !== null) {
    await step("until", drop(`"time" IS NULL OR "time" >= ${secondsOf(filter.until)}`));
  }
  const minUser = Math.max(filter.minUser, filter.kCore ?? 0);
  if (filter.sampleUsers !== null) {
    const n = filter.sampleUsers;
    await step("sample-users", () => sampleUsers(kept, n, minUser, seed));
  }
  const { kCore } = filter;
  if (kCore !== null) await step("k-core", () => dropRare(kept, kCore, kCore));
  await step("min-user-item", () => dropRare(kept, filter.minUser, filter.minItem));
  return steps;
}

/** Drops `kept`, whichever it is. */
export async function dropKept(connection: DuckDBConnection): Promise<void> {
  const found = await readRows(
    connection,
    "SELECT table_type FROM information_schema.tables WHERE table_name = 'kept'",
  );
  for (const [type] of found)
    await connection.run(`DROP ${type === "VIEW" ? "VIEW" : "TABLE"} kept`);
}

type Kept = {
  /** Whether nothing was taken yet. */
  isAll(): boolean;
  /** Puts the rows of a query, which may read `kept`, in its place. */
  replace(query: string): Promise<void>;
  /** Deletes rows; answers how many. */
  drop(where: string, values?: string[]): Promise<number>;
};

// Millions of rows are copied by the first filter that takes some, and by none where all stay.
function keptOf(connection: DuckDBConnection): Kept {
  let isAll = true;
  const replace = async (query: string): Promise<void> => {
    await connection.run(`CREATE OR REPLACE TABLE keptNext AS ${query}`);
    await connection.run(`DROP ${isAll ? "VIEW" : "TABLE"} kept`);
    await connection.run("ALTER TABLE keptNext RENAME TO kept");
    isAll = false;
  };
  return {
    isAll: () => isAll,
    replace,
    async drop(where, values = []) {
      if (isAll) await replace("FROM kept");
      return (await connection.run(`DELETE FROM kept WHERE ${where}`, values)).rowsChanged;
    },
  };
}

function dropRepeats(kept: Kept, keep: FilterRecipe["dedup"]): Promise<void> {
  const direction = keep === "first" ? "ASC NULLS FIRST" : "DESC NULLS LAST";
  const rowDirection = keep === "first" ? "ASC" : "DESC";
  const strength = keep === "strongest" ? "rating DESC NULLS LAST, " : "";
  return kept.replace(`FROM kept QUALIFY
    row_number() OVER (PARTITION BY "user", item ORDER BY ${strength}"time" ${direction}, "row" ${rowDirection}) = 1`);
}

/** Pairs of user and item of which a row that another outweighs was left: a purchase that a later view replaced. */
export async function countOutweighed(connection: DuckDBConnection): Promise<number> {
  return readNumber(
    connection,
    `SELECT count(*) FROM kept k WHERE k.rating < (
       SELECT max(i.rating) FROM interactions i WHERE i."user" = k."user" AND i.item = k.item)`,
  );
}

/** Draws among users with enough rows to survive; SHA-256 orders them, so that threads and versions do not matter. */
function sampleUsers(kept: Kept, n: number, minUser: number, seed: number): Promise<number> {
  return kept.drop(
    `"user" NOT IN (
       SELECT "user" FROM kept GROUP BY "user" HAVING count(*) >= ${minUser}
       ORDER BY sha256($1 || "user"), "user" LIMIT ${n})`,
    [`${seed}/sample-users/`],
  );
}

/** Drops users and items with fewer rows than asked, again and again until none is left. */
async function dropRare(kept: Kept, minUser: number, minItem: number): Promise<void> {
  for (;;) {
    let dropped = 0;
    for (const [column, least] of [
      [`"user"`, minUser],
      ["item", minItem],
    ] as const) {
      if (least <= 1) continue;
      const rare = `SELECT ${column} FROM kept GROUP BY ${column} HAVING count(*) < ${least}`;
      dropped += await kept.drop(`${column} IN (${rare})`);
    }
    // A floor on one side alone settles in one round.
    if (dropped === 0 || minUser <= 1 || minItem <= 1) return;
  }
}

async function sizeOf(connection: DuckDBConnection): Promise<LogSize> {
  const [row] = await readRows(
    connection,
    `SELECT count(DISTINCT "user"), count(DISTINCT item), count(*) FROM kept`,
  );
  const [users, items, interactions] = row!.map(Number) as [number, number, number];
  return { users, items, interactions };
}

/** A moment of a recipe as UTC seconds. */
export function secondsOf(moment: number | string): number {
  if (typeof moment === "number") return moment;
  return parseTime(moment)!;
}

function nothingLeft(steps: FilterStep[]): DataError {
  const last = steps.at(-1)!;
  const story = steps.map((s) => `${s.reason} took ${s.lost.interactions}`).join(", ");
  return new DataError(`the filter ${last.reason} leaves no interaction (${story})`, {
    code: "filter-nothing-left",
    where: "filter",
    next: "Loosen the filter; small logs often need a lower minUser.",
  });
}

/** Distinct ratings of the kept rows, ascending; empty where there are none or more than `most`. */
export async function readScale(connection: DuckDBConnection, most: number): Promise<number[]> {
  const distinct = await readNumber(connection, "SELECT count(DISTINCT rating) FROM kept");
  if (distinct === 0 || distinct > most) return [];
  const rows = await readRows(
    connection,
    "SELECT DISTINCT rating FROM kept WHERE rating IS NOT NULL ORDER BY rating",
  );
  return rows.map(([rating]) => Number(rating));
}
