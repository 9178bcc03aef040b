// The Parquet files of a dataset: items, interactions, users. One thread and a total order per file, so that the same
// split gives the same bytes.

import type { DuckDBConnection } from "@duckdb/node-api";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readNumber, sqlText } from "../reader/open-duckdb.ts";
import { splitNames, splits } from "./timeline.ts";

const nameOfSplit = `(CASE split ${splitNames.map((name, code) => `WHEN ${code} THEN ${sqlText(name)}`).join(" ")} END)`;

const queries = {
  "items.parquet": `SELECT id, title, titles, year, genres, "text", trainCount FROM catalog ORDER BY id`,
  "interactions.parquet": `SELECT "user", item, "time", rating, "row", ${nameOfSplit} AS split
    FROM timelines ORDER BY "user", "time" NULLS FIRST, "row"`,
  "users.parquet": `SELECT "user", count(*)::INTEGER AS count,
      ${splits.map((name, code) => `(count(*) FILTER (split = ${code}))::INTEGER AS "${name}"`).join(", ")}
    FROM timelines GROUP BY "user" ORDER BY "user"`,
};

/**
 * Writes items.parquet, interactions.parquet and users.parquet into a folder, made when missing.
 * `connection`: one that sees the tables of `splitLog`.
 */
export async function writeParquet(connection: DuckDBConnection, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const threads = await readNumber(connection, "SELECT current_setting('threads')");
  await connection.run("SET threads = 1");
  try {
    for (const [name, query] of Object.entries(queries)) {
      await connection.run(
        `COPY (${query}) TO ${sqlText(join(dir, name))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
      );
    }
  } finally {
    await connection.run(`SET threads = ${threads}`);
  }
}
