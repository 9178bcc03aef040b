import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rngFor } from "../../src/base/rng.ts";
import { biasMf } from "../../src/log/baseline/bias-mf.ts";
import { bias } from "../../src/log/baseline/bias.ts";
import type { Baseline, TrainData } from "../../src/log/baseline/types.ts";

const file = join(
  process.env["RECTUNE_TEST_DATA"] ?? join(import.meta.dirname, "../../../shared"),
  "data/ml-100k/u.data",
);
const absent = process.env["RECTUNE_NO_SKIP"] !== "1" && !existsSync(file);

/** Root of the mean squared error over all rows, each predicted by a fit on the other four folds. */
function crossValidate(baseline: Baseline, rows: number[][], foldOf: Int32Array): number {
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

describe.skipIf(absent)("ml-100k, five random folds, RMSE over rows", () => {
  // Surprise publishes .944 for BaselineOnly and .934 for SVD (surpriselib.com, ml-100k, five folds).
  test.each([
    [bias, 0.944],
    [biasMf, 0.934],
  ])("$name", { timeout: 400_000 }, (baseline, expected) => {
    const rows = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t").map(Number));
    const order = rngFor(1, "folds").shuffle(Int32Array.from(rows.keys()));
    const foldOf = new Int32Array(rows.length);
    order.forEach((row, place) => (foldOf[row] = place % 5));
    expect(Math.abs(crossValidate(baseline, rows, foldOf) - expected)).toBeLessThan(0.01);
  });
});
