// The seam between the relational part of a build (SQL) and its per-user part: user-sorted column batches.
// Any async iterable of such batches can feed the pass, so that another engine than DuckDB may stand behind it.

/** Codes 0, 1, 2 of `TimelineBatch.split`. */
export const splits = ["train", "validation", "test"] as const;
export type Split = (typeof splits)[number];
/** Code of rows that are history only, never a target. */
export const contextCode = 3;
/** Whether a target of split `own` may show a row of split `code`: its own split, an earlier one, or context. */
export function isShownTo(own: number, code: number): boolean {
  return code <= own || code === contextCode;
}
/** All codes, as interactions.parquet names them. */
export const splitNames = [...splits, "context"] as const;

/** Whole users, in total order (user, time, row); row r of user u is offsets[u] <= r < offsets[u + 1]. */
export type TimelineBatch = {
  /** User ids, unique over all batches; ascending by code point, or as the input names them first where the split asks. */
  users: string[];
  /** Length users.length + 1. */
  offsets: Int32Array;
  /** Catalog index of the item. */
  item: Int32Array;
  /** UTC seconds; NaN where the log has no time. */
  time: Float64Array;
  /** NaN where the log has no rating. */
  rating: Float64Array;
  /** Ordinal of the interaction over all input files. */
  row: Float64Array;
  /** Index into `splitNames`. */
  split: Uint8Array;
  /** Review text by language ("" when the log does not say which), one entry a row; null where no review column exists. */
  review: Record<string, (string | null)[]> | null;
};

/** One user's rows inside a batch: start <= r < end. */
export type Timeline = { batch: TimelineBatch; user: string; start: number; end: number };

/** The timelines of a batch, in order. */
export function* timelinesOf(batch: TimelineBatch): Generator<Timeline> {
  for (let u = 0; u < batch.users.length; u++) {
    yield { batch, user: batch.users[u]!, start: batch.offsets[u]!, end: batch.offsets[u + 1]! };
  }
}
