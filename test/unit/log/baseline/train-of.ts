import type { TrainData } from "../../../../src/log/baseline/types.ts";

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
