import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Report } from "../../src/eval/score/types.ts";
import { biasMf } from "../../src/log/baseline/bias-mf.ts";
import { bias } from "../../src/log/baseline/bias.ts";
import { makeWorkspace } from "../recipe/workspace.ts";
import { crossValidate, drawFolds, readRatings } from "./cross-validate.ts";

const file = join(
  process.env["RECTUNE_TEST_DATA"] ?? join(import.meta.dirname, "../../../shared"),
  "data/ml-100k/u.data",
);
const absent = process.env["RECTUNE_NO_SKIP"] !== "1" && !existsSync(file);

describe.skipIf(absent)("eval/movielens-100k-rating.yaml", () => {
  test("reports the same errors over rows, with intervals", { timeout: 400_000 }, async () => {
    await using at = await makeWorkspace(1);
    const suite = join(import.meta.dirname, "../../eval/movielens-100k-rating.yaml");
    const done = await at.run([
      "eval",
      suite,
      "--set",
      `log.path=${join(file, "..")}`,
      "-o",
      "out",
    ]);
    expect(done, done.stderr).toMatchObject({ code: 0 });
    const { systems } = JSON.parse(await readFile(at.path("out/report.json"), "utf8")) as Report;
    for (const [name, expected] of [
      ["bias", 0.944],
      ["bias-mf", 0.934],
    ] as const) {
      const { value, low, high, n } = systems.find((one) => one.name === name)!.metrics[
        "rmse-rows"
      ]!;
      expect(Math.abs(value - expected)).toBeLessThan(0.01);
      expect([low < value, value < high, n]).toEqual([true, true, 943]);
    }
  });
});

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
