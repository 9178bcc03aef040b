// Our statistics against scipy's and scikit-learn's, through the interpreter at RECTUNE_PYTHON or .venv/bin/python.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { judgeOne } from "../../src/base/metric/index.ts";
import { ndcg } from "../../src/base/metric/ndcg.ts";
import { rngFor } from "../../src/base/rng.ts";
import { bootstrapMeans, percentileInterval } from "../../src/base/stat/bootstrap.ts";
import { signFlipTest } from "../../src/base/stat/sign-flip.ts";
import { standardDeviation } from "../../src/base/stat/summary.ts";

const root = resolve(import.meta.dirname, "../..");
const python = process.env["RECTUNE_PYTHON"] ?? join(root, ".venv/bin/python");
const lacks = missingPart();

type Answers = { samples: { low: number; high: number; p: number }[]; ndcg: number[] };

const rng = rngFor(1, "conformance", "stat");
const lists = Array.from({ length: 200 }, () => {
  const n = 2 + rng.int(30);
  return {
    scores: Array.from({ length: n }, () => rng.int(6)),
    truth: rng.int(n),
    k: 1 + rng.int(12),
  };
});
const samples = [
  Array.from({ length: 60 }, () => rng.normal() + 0.2),
  Array.from({ length: 200 }, () => rng.int(3) - 1),
  // Mostly zeros, as differences of ranking metrics are.
  Array.from({ length: 400 }, () => (rng.int(8) === 0 ? rng.next() - 0.4 : 0)),
];

describe.skipIf(lacks !== null)(
  `statistics against scipy and scikit-learn${lacks ? ` (skipped: ${lacks})` : ""}`,
  () => {
    const answers = lacks === null ? ask() : null;

    test("expected NDCG equals ndcg_score with averaged ties", () => {
      lists.forEach(({ scores, truth, k }, i) => {
        expect(
          Math.abs(ndcg.of(judgeOne(Float64Array.from(scores), truth), k) - answers!.ndcg[i]!),
        ).toBeLessThan(1e-12);
      });
    });

    test("the percentile interval equals scipy's up to Monte Carlo error", () => {
      samples.forEach((sample, i) => {
        const values = Float64Array.from(sample);
        const interval = percentileInterval(
          bootstrapMeans(values, rngFor(i, "bootstrap"), 20_000),
          0.95,
        );
        // Standard error of a 2.5% quantile of 20,000 normal means is about 0.02 standard errors of the mean.
        const slack = (0.12 * standardDeviation(values)) / Math.sqrt(values.length);
        expect(Math.abs(interval.low - answers!.samples[i]!.low)).toBeLessThan(slack);
        expect(Math.abs(interval.high - answers!.samples[i]!.high)).toBeLessThan(slack);
      });
    });

    test("the sign-flip p equals permutation_test's up to Monte Carlo error", () => {
      samples.forEach((sample, i) => {
        const { p } = answers!.samples[i]!;
        const own = signFlipTest(Float64Array.from(sample), rngFor(i, "flips"), 20_000);
        expect(Math.abs(own - p)).toBeLessThan(5 * Math.sqrt((2 * p * (1 - p)) / 20_000) + 1e-4);
      });
    });
  },
);

function missingPart(): string | null {
  if (!existsSync(python)) return `no Python at ${python}`;
  const tried = spawnSync(python, ["-c", "import scipy, sklearn"], { encoding: "utf8" });
  return tried.status === 0 ? null : `${python} lacks scipy or scikit-learn`;
}

function ask(): Answers {
  const script = join(root, "test/conformance/oracles/stat.py");
  const run = spawnSync(python, [script], {
    input: JSON.stringify({ samples, lists }),
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Answers;
}
