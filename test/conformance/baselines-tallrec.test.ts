import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { auc } from "../../src/base/metric/index.ts";
import { countLikes, readRows, scoreWithRates } from "./tallrec-likes.ts";

const folder = join(
  process.env["RECTUNE_TEST_DATA"] ?? join(import.meta.dirname, "../../../shared"),
  "data/tallrec-movie",
);
const absent = process.env["RECTUNE_NO_SKIP"] !== "1" && !existsSync(folder);

describe.skipIf(absent)("TALLRec's movie test, 1,000 rows", () => {
  const rows = absent ? [] : readRows(folder, "test");
  const labels = Uint8Array.from(rows, ({ likes }) => Number(likes));

  test("a count of likes in the prompt: AUC .7260, above the published 16- and 64-shot fine-tunes", () => {
    expect(rows).toHaveLength(1000);
    expect(auc(Float64Array.from(rows, countLikes), labels)).toBeCloseTo(0.726, 4);
  });

  test("+ the like rate of the film in 256 train rows: AUC .7402 ± .01 over 20 seeds", () => {
    const values = scoreWithRates(rows, readRows(folder, "train"), 20);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean - 0.7402)).toBeLessThan(0.01);
  });
});
