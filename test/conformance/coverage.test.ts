// How often the 95% interval holds the truth on real differences: samples of 943 users from MovieLens 100K, whose own mean
// is the truth. Seeded, so it either holds or not; bench/coverage.ts prints more sizes with more draws.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rngFor } from "../../src/base/rng.ts";
import { bootstrapMeans, percentileInterval } from "../../src/base/stat/bootstrap.ts";
import { mean } from "../../src/base/stat/summary.ts";
import { readDifferences } from "./ml-100k-differences.ts";

const data = join(
  process.env["RECTUNE_TEST_DATA"] ?? join(import.meta.dirname, "../../../shared"),
  "data",
);
const absent = process.env["RECTUNE_NO_SKIP"] !== "1" && !existsSync(join(data, "ml-100k/u.data"));
const samples = 2000;

test.skipIf(absent)(
  `${samples} intervals over 943 users hold the truth 93.5% to 96.5% of the time${absent ? " (skipped: no ml-100k)" : ""}`,
  { timeout: 240_000 },
  async () => {
    const all = await readDifferences(data);
    expect(all).toHaveLength(943);
    const truth = mean(all);
    let held = 0;
    for (let s = 0; s < samples; s++) {
      const rng = rngFor(1, "coverage", all.length, s);
      const drawn = Float64Array.from(all, () => all[rng.int(all.length)]!);
      const { low, high } = percentileInterval(bootstrapMeans(drawn, rng, 400), 0.95);
      if (low <= truth && truth <= high) held++;
    }
    expect(held / samples).toBeGreaterThan(0.935);
    expect(held / samples).toBeLessThan(0.965);
  },
);
