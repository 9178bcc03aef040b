import type { Asked, TrainData } from "../../../../src/log/baseline/types.ts";

/** Rows [user, item, rating, time?] as train columns. */
export function trainOf(
  rows: readonly (readonly [number, number, number, number?])[],
  userCount = 4,
  itemCount = 5,
): TrainData {
  return {
    userCount,
    itemCount,
    user: Int32Array.from(rows, ([u]) => u),
    item: Int32Array.from(rows, ([, i]) => i),
    rating: Float64Array.from(rows, ([, , r]) => r),
    time: Float64Array.from(rows, ([, , , t]) => t ?? NaN),
  };
}

/** What is known of a user who did this after train, `[item, rating]`. */
export function askedOf(
  fresh: readonly (readonly [number, number])[],
  what: Partial<Asked> = {},
): Asked {
  return {
    time: NaN,
    history: Int32Array.from(fresh, ([item]) => item),
    ratings: Float64Array.from(fresh, ([, rating]) => rating),
    isFitted: new Uint8Array(fresh.length),
    shownRatings: new Float64Array(0),
    ...what,
  };
}
