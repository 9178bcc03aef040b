// The split of every kept row as one SQL query: codes 0 train, 1 validation, 2 test, 3 context (shown, never asked for).
// Each total order ends in `row`, so that the number of DuckDB threads changes nothing; draws are SHA-256 of ids.

import type { DuckDBConnection } from "@duckdb/node-api";
import { readRows } from "../reader/open-duckdb.ts";
import { secondsOf } from "./filter-log.ts";
import type { Shares, SplitRecipe } from "./recipe.ts";

const inTime = `"time" NULLS FIRST, "row"`;
const fromEnd = `"time" DESC NULLS LAST, "row" DESC`;
// Shares are decimals: 0.8 + 0.1 is not 0.9, and a cut must not miss a whole row for it.
const slack = 1e-6;

/** A SELECT over the table `kept` that gives its columns and `split` (UTINYINT). */
export async function splitQuery(
  connection: DuckDBConnection,
  split: SplitRecipe,
  seed: number,
): Promise<string> {
  switch (split.by) {
    case "leave-one-out":
      return leaveLast(1, 1);
    case "leave-last":
      return leaveLast(split.n, split.validation);
    case "time": {
      const [first, second] =
        split.at === null
          ? await readCuts(connection, split.shares ?? [0.8, 0.1, 0.1])
          : split.at.map(secondsOf);
      return cutInTime(first ?? null, second ?? null);
    }
    case "ratio":
      return cutByNumber(split);
    case "users":
      return cutUsers(split.shares, seed);
    case "random":
      return drawFolds(split.folds, split.fold, seed);
    case "session":
      return leaveSessions(split.gapMinutes);
  }
}

function leaveLast(test: number, validation: number): string {
  return `SELECT * EXCLUDE (_place, _size), (CASE WHEN _size < ${test + validation + 1} THEN 0
      WHEN _place <= ${test} THEN 2 WHEN _place <= ${test + validation} THEN 1 ELSE 0 END)::UTINYINT AS split
    FROM (SELECT *, row_number() OVER (PARTITION BY "user" ORDER BY ${fromEnd}) AS _place,
      count(*) OVER (PARTITION BY "user") AS _size FROM kept)`;
}

/** Times of the rows at which validation and test begin; null where nothing is left for them. */
async function readCuts(connection: DuckDBConnection, shares: Shares): Promise<(number | null)[]> {
  const [train, both] = boundsOf(shares);
  const rows = await readRows(
    connection,
    `SELECT (min("time") FILTER (_at >= floor(_size * ${train} + ${slack})))::DOUBLE,
       (min("time") FILTER (_at >= floor(_size * ${both} + ${slack})))::DOUBLE
     FROM (SELECT "time", row_number() OVER (ORDER BY ${inTime}) - 1 AS _at, count(*) OVER () AS _size FROM kept)`,
  );
  return rows[0]!.map((value) => (value === null ? null : Number(value)));
}

function cutInTime(first: number | null, second: number | null): string {
  const before = (moment: number | null): string =>
    moment === null ? "true" : `"time" < ${moment}`;
  return `SELECT *, (CASE WHEN "time" IS NULL OR ${before(first)} THEN 0 WHEN ${before(second)} THEN 1
      ELSE 2 END)::UTINYINT AS split FROM kept`;
}

function cutByNumber(split: Extract<SplitRecipe, { by: "ratio" }>): string {
  const [train, both] = boundsOf(split.shares);
  const group = split.groupBy === "user" ? `_target, "user"` : "_target";
  const order = split.order === "first-seen" ? `_first, ${inTime}` : inTime;
  const taken = split.last === null ? "_size" : `least(_size, ${split.last})`;
  return `SELECT * EXCLUDE (_place, _first, _target, _at, _size, _taken), (CASE
      WHEN NOT _target OR _at < _size - _taken THEN 3
      WHEN _at - (_size - _taken) < floor(_taken * ${train} + ${slack}) THEN 0
      WHEN _at - (_size - _taken) < floor(_taken * ${both} + ${slack}) THEN 1
      ELSE 2 END)::UTINYINT AS split
    FROM (SELECT *, ${taken} AS _taken FROM (
      SELECT *, row_number() OVER (PARTITION BY ${group} ORDER BY ${order}) - 1 AS _at,
        count(*) OVER (PARTITION BY ${group}) AS _size
      FROM (SELECT *, _place > ${split.minHistory} AS _target
        FROM (SELECT *, row_number() OVER (PARTITION BY "user" ORDER BY ${inTime}) AS _place,
          min("row") OVER (PARTITION BY "user") AS _first FROM kept))))`;
}

function cutUsers(shares: Shares, seed: number): string {
  const [train, both] = boundsOf(shares);
  return `SELECT kept.*, (CASE WHEN u._at < floor(u._size * ${train} + ${slack}) THEN 0
      WHEN u._at < floor(u._size * ${both} + ${slack}) THEN 1 ELSE 2 END)::UTINYINT AS split
    FROM kept JOIN (SELECT "user", row_number() OVER (ORDER BY sha256('${seed}/split-users/' || "user"), "user") - 1 AS _at,
      count(*) OVER () AS _size FROM (SELECT DISTINCT "user" FROM kept)) u ON u."user" = kept."user"`;
}

function drawFolds(folds: number, fold: number, seed: number): string {
  // Fifteen hexadecimal digits fit a BIGINT.
  const drawn = `('0x' || substr(sha256('${seed}/split-random/' || "row"), 1, 15))::BIGINT % ${folds}`;
  return `SELECT * EXCLUDE (_fold), (CASE _fold WHEN ${fold} THEN 2 WHEN ${(fold + 1) % folds} THEN 1 ELSE 0 END)::UTINYINT
      AS split FROM (SELECT *, ${drawn} AS _fold FROM kept)`;
}

function leaveSessions(gapMinutes: number): string {
  return `SELECT * EXCLUDE (_new, _session, _last), (CASE WHEN _last < 3 THEN 0 WHEN _session = _last THEN 2
      WHEN _session = _last - 1 THEN 1 ELSE 0 END)::UTINYINT AS split
    FROM (SELECT *, max(_session) OVER (PARTITION BY "user") AS _last
      FROM (SELECT *, sum(_new) OVER (PARTITION BY "user" ORDER BY ${inTime} ROWS UNBOUNDED PRECEDING) AS _session
        FROM (SELECT *, (CASE WHEN "time" - lag("time") OVER (PARTITION BY "user" ORDER BY ${inTime})
          <= ${gapMinutes * 60} THEN 0 ELSE 1 END) AS _new FROM kept)))`;
}

/** Upper ends of train and of validation, as parts of 1. */
function boundsOf([train, validation, test]: Shares): [number, number] {
  const sum = train + validation + test;
  return [train / sum, (train + validation) / sum];
}
