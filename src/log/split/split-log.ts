// Train, validation and test inside DuckDB: filters, then one sorted table `timelines` in total order (user, time,
// row) with catalog and user indices, which streams, Parquet files and counts are read from.

import type { DuckDBConnection } from "@duckdb/node-api";
import { DataError, UsageError } from "../../base/errors.ts";
import { explainDuckDB, readNumber, readRows } from "../reader/open-duckdb.ts";
import type { OpenLog } from "../reader/open-log.ts";
import { countOutweighed, dropKept, filterLog, readScale } from "./filter-log.ts";
import type { FilterStep, LogSize } from "./filter-log.ts";
import type { FilterRecipe, SplitRecipe } from "./recipe.ts";
import { splitQuery } from "./split-codes.ts";
import { splitNames, splits } from "./timeline.ts";
import type { Split } from "./timeline.ts";

export type SplitOptions = {
  filter: FilterRecipe;
  split: SplitRecipe;
  seed: number;
  /** Ratings are weights of events: `outweighed` is then counted. */
  isWeighed?: boolean;
};

export type SplitSizes = Record<(typeof splitNames)[number], LogSize>;

export type SplitLog = {
  connection: DuckDBConnection;
  counts: LogSize & { perSplit: Record<Split, number> };
  /** What each split holds, and the rows that are context only. */
  sizes: SplitSizes;
  /** Train rows later than the first test row, and their share of train; null without times or without test rows. */
  trainAfterTest: { count: number; share: number } | null;
  /** Interactions lost by reason. */
  dropped: Record<string, number>;
  /** The filters in the order they ran, with what each took of users, items and interactions. */
  steps: FilterStep[];
  /** Share of users with two rows or more whose last two times are equal; null where the log has no time. */
  tieShare: number | null;
  /** Distinct ratings, ascending, where there are at most 50; else empty. */
  scale: number[];
  /** Rows that stayed where dedup dropped one of the same user and item that is rated higher; 0 unless asked for. */
  outweighed: number;
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
  refuseBlindSplit(log, options.split);
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
  const { dedup } = options.filter;
  const mayOutweigh = options.isWeighed === true && (dedup === "last" || dedup === "first");
  const outweighed = mayOutweigh ? await countOutweighed(connection) : 0;
  const scale = await readScale(connection, mostRatings);
  const query = await splitQuery(connection, options.split, options.seed);
  await connection.run(`CREATE OR REPLACE TABLE coded AS ${query}`);
  await dropKept(connection);
  await makeCatalogTable(connection);
  await makeTimelinesTable(connection, log.hasReview, userOrderOf(options.split));
  await connection.run("DROP TABLE coded");
  const sizes = await measureSplits(connection);
  if (sizes.train.interactions === 0) throw trainEmpty(options.split);
  const [train, validation, test] = splits.map((name) => sizes[name].interactions);
  return {
    connection,
    counts: {
      ...steps.at(-1)!.kept,
      perSplit: { train: train!, validation: validation!, test: test! },
    },
    sizes,
    trainAfterTest: log.hasTime ? await readTrainAfterTest(connection) : null,
    dropped,
    steps,
    tieShare: log.hasTime ? await readTieShare(connection) : null,
    scale,
    outweighed,
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
  const nameRating =
    "Name the rating column in log.columns, or give events weights in log.feedback.";
  if (!log.hasRating && filter.minRating !== null) refuse("minRating", "ratings", nameRating);
  if (!log.hasRating && filter.likes !== null) refuse("likes", "ratings", nameRating);
}

function refuseBlindSplit(log: OpenLog, { by }: SplitRecipe): void {
  if (log.hasTime || (by !== "time" && by !== "session")) return;
  throw new UsageError(`a split by ${by} needs times, which the log does not have`, {
    code: "split-needs-time",
    where: "split.by",
    next: "Name the time column in log.columns, or split by leave-one-out, ratio, users or random.",
  });
}

function trainEmpty(split: SplitRecipe): DataError {
  return new DataError("the split leaves nothing in train", {
    code: "split-train-empty",
    where: "split",
    next:
      split.by === "time" && split.at !== null
        ? "Move the first moment of split.at into the log's time span (rectune inspect shows it)."
        : "Give train a larger share, or lower split.minHistory; rows of one moment stay together in a split by time.",
  });
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

/** How timelines follow each other: by user id, or as the input names the users first. */
function userOrderOf(split: SplitRecipe): string {
  return split.by === "ratio" && split.order === "first-seen" ? `min("row")` : `"user"`;
}

async function makeTimelinesTable(
  connection: DuckDBConnection,
  reviewLangs: string[],
  userOrder: string,
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
     JOIN (SELECT "user", (row_number() OVER (ORDER BY _order) - 1)::INTEGER AS index
           FROM (SELECT "user", ${userOrder} AS _order FROM coded GROUP BY "user")) u ON u."user" = k."user"
     ${reviewJoin}
     ORDER BY u.index, k."time" NULLS FIRST, k."row"`,
    reviewLangs,
  );
}

async function measureSplits(connection: DuckDBConnection): Promise<SplitSizes> {
  const none = { users: 0, items: 0, interactions: 0 };
  const sizes: SplitSizes = { train: none, validation: none, test: none, context: none };
  for (const [code, users, items, interactions] of await readRows(
    connection,
    "SELECT split, count(DISTINCT userIndex), count(DISTINCT itemIndex), count(*) FROM timelines GROUP BY split",
  )) {
    sizes[splitNames[Number(code)]!] = {
      users: Number(users),
      items: Number(items),
      interactions: Number(interactions),
    };
  }
  return sizes;
}

/** Train rows later than the earliest test row; null where there is no test row with a time. */
async function readTrainAfterTest(
  connection: DuckDBConnection,
): Promise<{ count: number; share: number } | null> {
  const [row] = await readRows(
    connection,
    `SELECT count(*) FILTER ("time" > first), count(*), any_value(first)::DOUBLE FROM timelines,
       (SELECT min("time") AS first FROM timelines WHERE split = 2) WHERE split = 0`,
  );
  const [count, all, first] = row!;
  return first === null ? null : { count: Number(count), share: Number(count) / Number(all) };
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
