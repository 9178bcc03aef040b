import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { biasMf } from "../../src/log/baseline/bias-mf.ts";
import { bias } from "../../src/log/baseline/bias.ts";
import { crossValidate, drawFolds, readRatings } from "./cross-validate.ts";

const file = join(
  process.env["RECTUNE_TEST_DATA"] ?? join(import.meta.dirname, "../../../shared"),
  "data/ml-100k/u.data",
);
const absent = process.env["RECTUNE_NO_SKIP"] !== "1" && !existsSync(file);

describe.skipIf(absent)("ml-100k, five random folds, RMSE over rows", () => {
  // Surprise publishes .944 for BaselineOnly and .934 for SVD (surpriselib.com, ml-100k, five folds).
  test.each([
    [bias, 0.944],
    [biasMf, 0.934],
  ])("$name", { timeout: 400_000 }, (baseline, expected) => {
    const rows = readRatings(file);
    const foldOf = drawFolds(rows.length, 1);
    expect(Math.abs(crossValidate(baseline, rows, foldOf) - expected)).toBeLessThan(0.01);
  });
});
