// Five random folds of MovieLens 100K, each predicted by a fit on the other four. For the test that asserts the errors, and
// the bench that prints them.

import { readFileSync } from "node:fs";
import { rngFor } from "../../src/base/rng.ts";
import type { Baseline, TrainData } from "../../src/log/baseline/types.ts";

/** Rows of u.data: user, item, rating, time. */
export function readRatings(file: string): number[][] {
  return readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t").map(Number));
}

/** The fold (0 to 4) of each row, drawn with a seed. */
export function drawFolds(count: number, seed: number): Int32Array {
  const order = rngFor(seed, "folds").shuffle(Int32Array.from({ length: count }, (_, row) => row));
  const foldOf = new Int32Array(count);
  order.forEach((row, place) => (foldOf[row] = place % 5));
  return foldOf;
}

/** Root of the mean squared error over all rows, each predicted by a fit on the other four folds. */
export function crossValidate(baseline: Baseline, rows: number[][], foldOf: Int32Array): number {
  let sum = 0;
  for (let fold = 0; fold < 5; fold++) {
    const own = rows.filter((_, r) => foldOf[r] !== fold);
    const train: TrainData = {
      userCount: 944,
      itemCount: 1683,
      user: Int32Array.from(own, (row) => row[0]!),
      item: Int32Array.from(own, (row) => row[1]!),
      rating: Float64Array.from(own, (row) => row[2]!),
      time: Float64Array.from(own, (row) => row[3]!),
    };
    const fitted = baseline.fit(train, { seed: 1 });
    for (const [r, [user, item, rating]] of rows.entries()) {
      if (foldOf[r] === fold) sum += (fitted.rate!(user!, item!) - rating!) ** 2;
    }
  }
  return Math.sqrt(sum / rows.length);
}
