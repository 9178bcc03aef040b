// All interactions of a built dataset as columns, for baselines and for scoring.

import type { DuckDBVarCharVector } from "@duckdb/node-api";
import { DataError } from "../../base/errors.ts";
import { requireDatasetFile } from "../catalog/load-catalog.ts";
import { globless, openDuckDB, readNumber } from "../reader/open-duckdb.ts";
import { bytesOf, doublesOf, intsOf } from "./stream-timelines.ts";
import { splitNames } from "./timeline.ts";

/** One entry a row, in total order (user, time, row). */
export type Interactions = {
  /** User ids in code point order. */
  users: string[];
  /** Index into `users`. */
  user: Int32Array;
  /** Catalog index: position of the item in items.parquet ordered by id. */
  item: Int32Array;
  /** UTC seconds; NaN where the log has no time. */
  time: Float64Array;
  /** NaN where unrated. */
  rating: Float64Array;
  row: Float64Array;
  /** Index into `splitNames`. */
  split: Uint8Array;
};

/**
 * Reads interactions.parquet with the item positions of items.parquet.
 * @throws DataError when the folder lacks one of them.
 */
export async function loadInteractions(datasetDir: string): Promise<Interactions> {
  const items = await requireDatasetFile(datasetDir, "items.parquet");
  const interactions = await requireDatasetFile(datasetDir, "interactions.parquet");
  const duckdb = await openDuckDB({ threads: 1 });
  try {
    const { connection } = duckdb;
    const paths = [interactions, items].map(globless);
    const counted = "SELECT count(*) FROM read_parquet($1)";
    const size = await readNumber(connection, counted, paths.slice(0, 1));
    const loaded: Interactions = {
      users: [],
      user: new Int32Array(size),
      item: new Int32Array(size),
      time: new Float64Array(size),
      rating: new Float64Array(size),
      row: new Float64Array(size),
      split: new Uint8Array(size),
    };
    const codes = splitNames.map((name, code) => `WHEN '${name}' THEN ${code}`).join(" ");
    const result = await connection.stream(
      `SELECT n."user", c.index, coalesce(n."time"::DOUBLE, 'nan'::DOUBLE), coalesce(n.rating, 'nan'::DOUBLE),
         n."row"::DOUBLE, (CASE n.split ${codes} END)::UTINYINT, (dense_rank() OVER (ORDER BY n."user") - 1)::INTEGER
       FROM read_parquet($1) n
       JOIN (SELECT id, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS index FROM read_parquet($2)) c ON c.id = n.item
       ORDER BY n."user", n."time" NULLS FIRST, n."row"`,
      paths,
    );
    let at = 0;
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      const ids = chunk.getColumnVector(0) as DuckDBVarCharVector;
      const user = intsOf(chunk, 6);
      for (let r = 0; r < chunk.rowCount; r++) {
        if (user[r] === loaded.users.length) loaded.users.push(ids.getItem(r)!);
      }
      loaded.user.set(user.subarray(0, chunk.rowCount), at);
      loaded.item.set(intsOf(chunk, 1).subarray(0, chunk.rowCount), at);
      loaded.time.set(doublesOf(chunk, 2).subarray(0, chunk.rowCount), at);
      loaded.rating.set(doublesOf(chunk, 3).subarray(0, chunk.rowCount), at);
      loaded.row.set(doublesOf(chunk, 4).subarray(0, chunk.rowCount), at);
      loaded.split.set(bytesOf(chunk, 5).subarray(0, chunk.rowCount), at);
      at += chunk.rowCount;
    }
    if (at !== size) {
      throw new DataError(`${size - at} interactions name items that items.parquet lacks`, {
        code: "dataset-files-disagree",
        where: datasetDir,
        next: "Build the dataset again; the two files come from different builds.",
      });
    }
    return loaded;
  } finally {
    duckdb.close();
  }
}
