// Timelines out of DuckDB as column batches: whole users, in total order, the same rows whatever the batch size and
// the number of DuckDB threads.

import { DuckDBDoubleVector, DuckDBIntegerVector, DuckDBUTinyIntVector } from "@duckdb/node-api";
import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { SplitLog } from "./split-log.ts";
import type { TimelineBatch } from "./timeline.ts";

const column = {
  userIndex: 0,
  user: 1,
  item: 2,
  time: 3,
  rating: 4,
  row: 5,
  split: 6,
  review: 7,
} as const;

/** Batches of about `batchRows` rows; a user longer than that makes a longer batch. */
export async function* streamTimelines(
  split: SplitLog,
  options: { batchRows: number },
): AsyncGenerator<TimelineBatch> {
  const reviewColumns = split.reviewLangs.map((_, r) => `, review_${r}`).join("");
  // DOUBLE with NaN for null spares a validity test per value; the table is stored in total order, and DuckDB keeps
  // insertion order in results.
  const result = await split.connection.stream(
    `SELECT userIndex, "user", itemIndex, coalesce("time"::DOUBLE, 'nan'::DOUBLE), coalesce(rating, 'nan'::DOUBLE),
       "row"::DOUBLE, split ${reviewColumns} FROM timelines`,
  );
  let batch = startBatch(split.reviewLangs, options.batchRows);
  let current = -1;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    const users = intsOf(chunk, column.userIndex);
    for (let start = 0; start < chunk.rowCount;) {
      const user = users[start]!;
      if (user !== current) {
        if (batch.rows() >= options.batchRows) {
          yield batch.finish();
          batch = startBatch(split.reviewLangs, options.batchRows);
        }
        batch.startUser(String(chunk.getColumnVector(column.user).getItem(start)));
        current = user;
      }
      let end = start + 1;
      while (end < chunk.rowCount && users[end] === user) end++;
      batch.append(chunk, start, end);
      start = end;
    }
  }
  if (batch.rows() > 0) yield batch.finish();
}

type BatchBuilder = {
  rows(): number;
  startUser(id: string): void;
  /** Copies rows start <= r < end, all of the user last started. */
  append(chunk: DuckDBDataChunk, start: number, end: number): void;
  finish(): TimelineBatch;
};

function startBatch(langs: string[], expectedRows: number): BatchBuilder {
  let capacity = Math.min(Math.max(expectedRows, 1), 1 << 20) + 1024;
  let rows = 0;
  let item = new Int32Array(capacity);
  let time = new Float64Array(capacity);
  let rating = new Float64Array(capacity);
  let row = new Float64Array(capacity);
  let split = new Uint8Array(capacity);
  const users: string[] = [];
  const offsets: number[] = [];
  const reviews = langs.map((): (string | null)[] => []);
  const grow = (needed: number): void => {
    if (needed <= capacity) return;
    capacity = Math.max(needed, capacity * 2);
    item = grown(new Int32Array(capacity), item);
    time = grown(new Float64Array(capacity), time);
    rating = grown(new Float64Array(capacity), rating);
    row = grown(new Float64Array(capacity), row);
    split = grown(new Uint8Array(capacity), split);
  };
  return {
    rows: () => rows,
    startUser(id) {
      users.push(id);
      offsets.push(rows);
    },
    append(chunk, start, end) {
      grow(rows + end - start);
      item.set(intsOf(chunk, column.item).subarray(start, end), rows);
      time.set(doublesOf(chunk, column.time).subarray(start, end), rows);
      rating.set(doublesOf(chunk, column.rating).subarray(start, end), rows);
      row.set(doublesOf(chunk, column.row).subarray(start, end), rows);
      split.set(bytesOf(chunk, column.split).subarray(start, end), rows);
      reviews.forEach((texts, r) => {
        const vector = chunk.getColumnVector(column.review + r);
        for (let i = start; i < end; i++) texts.push(vector.getItem(i) as string | null);
      });
      rows += end - start;
    },
    finish: () => ({
      users,
      offsets: Int32Array.from([...offsets, rows]),
      item: item.slice(0, rows),
      time: time.slice(0, rows),
      rating: rating.slice(0, rows),
      row: row.slice(0, rows),
      split: split.slice(0, rows),
      review:
        langs.length === 0 ? null : Object.fromEntries(langs.map((lang, r) => [lang, reviews[r]!])),
    }),
  };
}

function grown<T extends Int32Array | Float64Array | Uint8Array>(to: T, from: T): T {
  to.set(from);
  return to;
}

/** The Int32 values of a chunk's column; a view, valid while the chunk is. */
export function intsOf(chunk: DuckDBDataChunk, index: number): Int32Array {
  const vector = chunk.getColumnVector(index);
  if (!(vector instanceof DuckDBIntegerVector))
    throw new TypeError(`column ${index} is not INTEGER`);
  return itemsOf<Int32Array>(vector);
}

/** The Float64 values of a chunk's column; a view, valid while the chunk is. */
export function doublesOf(chunk: DuckDBDataChunk, index: number): Float64Array {
  const vector = chunk.getColumnVector(index);
  if (!(vector instanceof DuckDBDoubleVector)) throw new TypeError(`column ${index} is not DOUBLE`);
  return itemsOf<Float64Array>(vector);
}

/** The byte values of a chunk's column; a view, valid while the chunk is. */
export function bytesOf(chunk: DuckDBDataChunk, index: number): Uint8Array {
  const vector = chunk.getColumnVector(index);
  if (!(vector instanceof DuckDBUTinyIntVector))
    throw new TypeError(`column ${index} is not UTINYINT`);
  return itemsOf<Uint8Array>(vector);
}

/** The package types `items` as private; it is the one way to a column without a call per value. */
function itemsOf<T>(vector: object): T {
  return (vector as { items: T }).items;
}
