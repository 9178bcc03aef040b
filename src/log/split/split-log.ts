// Train, validation and test inside DuckDB: filters, then one sorted table `timelines` in total order (user, time,
// row) with catalog and user indices, which streams, Parquet files and counts are read from.

import type { DuckDBConnection } from "@duckdb/node-api";
import { UsageError } from "../../base/errors.ts";
import { explainDuckDB, readNumber, readRows } from "../reader/open-duckdb.ts";
import type { OpenLog } from "../reader/open-log.ts";
import { filterLog, readScale } from "./filter-log.ts";
import type { FilterStep, LogSize } from "./filter-log.ts";
import type { FilterRecipe, SplitRecipe } from "./recipe.ts";
import { splits } from "./timeline.ts";
import type { Split } from "./timeline.ts";

export type SplitOptions = { filter: FilterRecipe; split: SplitRecipe; seed: number };

export type SplitLog = {
  connection: DuckDBConnection;
  counts: LogSize & { perSplit: Record<Split, number> };
  /** Interactions lost by reason. */
  dropped: Record<string, number>;
  /** The filters in the order they ran, with what each took of users, items and interactions. */
  steps: FilterStep[];
  /** Share of users with two rows or more whose last two times are equal; null where the log has no time. */
  tieShare: number | null;
  /** Distinct ratings, ascending, where there are at most 50; else empty. */
  scale: number[];
  /** Languages of the review columns ("" where the log does not say). */
  reviewLangs: string[];
};

const mostRatings = 50;

/**
 * Filters and splits an opened log.
 * Tables left in its connection: `catalog` (index, id, title, titles, year, genres, "text", trainCount) and `timelines`
 * ("user", userIndex, item, itemIndex, "time", rating, "row", split, review_0 …), stored in total order.
 * @throws UsageError for a filter on times or ratings that the log lacks; DataError when the filters leave nothing.
 */
export async function splitLog(log: OpenLog, options: SplitOptions): Promise<SplitLog> {
  refuseBlindFilters(log, options.filter);
  try {
    return await fillTables(log, options);
  } catch (error) {
    throw explainDuckDB(error);
  }
}

async function fillTables(log: OpenLog, options: SplitOptions): Promise<SplitLog> {
  const { connection } = log;
  const steps = await filterLog(connection, options.filter, options.seed);
  const dropped: Record<string, number> = {};
  for (const { reason, lost } of steps) {
    if (lost.interactions > 0) dropped[reason] = (dropped[reason] ?? 0) + lost.interactions;
  }
  const scale = await readScale(connection, mostRatings);
  await connection.run(
    `CREATE OR REPLACE TABLE coded AS SELECT *, ${splitColumn(options.split)} AS split FROM kept`,
  );
  await connection.run("DROP TABLE kept");
  await makeCatalogTable(connection);
  await makeTimelinesTable(connection, log.hasReview);
  await connection.run("DROP TABLE coded");
  return {
    connection,
    counts: { ...steps.at(-1)!.kept, perSplit: await countSplits(connection) },
    dropped,
    steps,
    tieShare: log.hasTime ? await readTieShare(connection) : null,
    scale,
    reviewLangs: log.hasReview,
  };
}

/** A filter on a column that the log lacks would drop every row, or none. */
function refuseBlindFilters(log: OpenLog, filter: FilterRecipe): void {
  const refuse = (key: string, lacks: string, next: string): never => {
    throw new UsageError(`filter.${key} needs ${lacks}, which the log does not have`, {
      code: "filter-column-missing",
      where: `filter.${key}`,
      next,
    });
  };
  const nameTime = "Name the time column in log.columns, or leave the filter out.";
  if (!log.hasTime && filter.since !== null) refuse("since", "times", nameTime);
  if (!log.hasTime && filter.until !== null) refuse("until", "times", nameTime);
  if (!log.hasRating && filter.minRating !== null) {
    refuse(
      "minRating",
      "ratings",
      "Name the rating column in log.columns, or give events weights in log.feedback.",
    );
  }
}

/** The split code of a row of `kept`, as an SQL expression. */
function splitColumn(split: SplitRecipe): string {
  switch (split.by) {
    case "leave-one-out": {
      // Place from the end in total order; users with fewer than three rows stay in train whole.
      const place = `row_number() OVER (PARTITION BY "user" ORDER BY "time" DESC NULLS LAST, "row" DESC)`;
      const size = `count(*) OVER (PARTITION BY "user")`;
      return `(CASE WHEN ${size} < 3 THEN 0 WHEN ${place} = 1 THEN 2 WHEN ${place} = 2 THEN 1 ELSE 0 END)::UTINYINT`;
    }
  }
}

async function makeCatalogTable(connection: DuckDBConnection): Promise<void> {
  await connection.run(`CREATE OR REPLACE TABLE catalog AS
    SELECT (row_number() OVER (ORDER BY c.id) - 1)::INTEGER AS index, c.id, coalesce(i.title, c.id) AS title,
      coalesce(i.titles, MAP {}::MAP(VARCHAR, VARCHAR)) AS titles, i.year, coalesce(i.genres, []::VARCHAR[]) AS genres,
      i."text", c.trainCount
    FROM (SELECT item AS id, (count(*) FILTER (split = 0))::INTEGER AS trainCount FROM coded GROUP BY item) c
    LEFT JOIN items i ON i.id = c.id
    ORDER BY c.id`);
}

async function makeTimelinesTable(
  connection: DuckDBConnection,
  reviewLangs: string[],
): Promise<void> {
  const reviews = reviewLangs.map(
    (_, r) => `(max_by(v."text", v."row") FILTER (v.lang = $${r + 1})) AS review_${r}`,
  );
  // One row a (user, item): of repeated reviews in a language the last one stands.
  const reviewJoin =
    reviewLangs.length === 0
      ? ""
      : `LEFT JOIN (SELECT v."user", v.item, ${reviews.join(", ")} FROM reviews v GROUP BY v."user", v.item) r
         ON r."user" = k."user" AND r.item = k.item`;
  const reviewColumns = reviewLangs.map((_, r) => `, r.review_${r}`).join("");
  await connection.run(
    `CREATE OR REPLACE TABLE timelines AS
     SELECT k."user", u.index AS userIndex, k.item, c.index AS itemIndex, k."time", k.rating, k."row", k.split
       ${reviewColumns}
     FROM coded k
     JOIN catalog c ON c.id = k.item
     JOIN (SELECT "user", (row_number() OVER (ORDER BY "user") - 1)::INTEGER AS index
           FROM (SELECT DISTINCT "user" FROM coded)) u ON u."user" = k."user"
     ${reviewJoin}
     ORDER BY u.index, k."time" NULLS FIRST, k."row"`,
    reviewLangs,
  );
}

async function countSplits(connection: DuckDBConnection): Promise<Record<Split, number>> {
  const counts: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  for (const [code, n] of await readRows(
    connection,
    "SELECT split, count(*) FROM timelines GROUP BY split",
  )) {
    counts[splits[Number(code)]!] = Number(n);
  }
  return counts;
}

async function readTieShare(connection: DuckDBConnection): Promise<number> {
  const users = `SELECT userIndex, max("time", 2) AS latest FROM timelines GROUP BY userIndex HAVING count(*) >= 2`;
  const all = await readNumber(connection, `SELECT count(*) FROM (${users})`);
  if (all === 0) return 0;
  return (
    (await readNumber(connection, `SELECT count(*) FROM (${users}) WHERE latest[1] = latest[2]`)) /
    all
  );
}
