// Our statistics against scipy's and scikit-learn's, through the interpreter at RECTUNE_PYTHON or .venv/bin/python.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { judgeOne } from "../../src/base/metric/index.ts";
import { ndcg } from "../../src/base/metric/ndcg.ts";
import { rngFor } from "../../src/base/rng.ts";
import { bcaParts } from "../../src/base/stat/bca.ts";
import { adjustByBh } from "../../src/base/stat/benjamini-hochberg.ts";
import { bootstrapMeans, percentileInterval } from "../../src/base/stat/bootstrap.ts";
import { mcnemarTest } from "../../src/base/stat/mcnemar.ts";
import { normalCdf, normalQuantile } from "../../src/base/stat/normal.ts";
import { signFlipTest } from "../../src/base/stat/sign-flip.ts";
import { standardDeviation } from "../../src/base/stat/summary.ts";

const root = resolve(import.meta.dirname, "../..");
const python = process.env["RECTUNE_PYTHON"] ?? join(root, ".venv/bin/python");
const lacks = missingPart();

type Answers = {
  samples: { low: number; high: number; p: number }[];
  ndcg: number[];
  /** Lower cut, upper cut, acceleration. */
  bca: [number, number, number][];
  exact: number[];
  cdf: number[];
  quantile: number[];
  mcnemar: number[];
  bh: number[][];
};

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

const bca = samples.map((values, i) => {
  const means = bootstrapMeans(Float64Array.from(values), rngFor(i, "injected"), 2000);
  return { values, means: Array.from(means) };
});
const small = Array.from({ length: 12 }, () =>
  Array.from({ length: 2 + rng.int(9) }, () => rng.int(7) - 2),
);
const z = Array.from({ length: 101 }, (_, i) => (i - 50) / 5);
const p = [1e-15, 1e-9, 0.0013, ...Array.from({ length: 99 }, (_, i) => (i + 1) / 100), 0.9999];
const discordant = Array.from({ length: 40 }, () => [rng.int(80), 1 + rng.int(80)]);
const families = Array.from({ length: 10 }, () =>
  Array.from({ length: 1 + rng.int(9) }, () => rng.next()),
);

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
        const { p: theirs } = answers!.samples[i]!;
        const own = signFlipTest(Float64Array.from(sample), rngFor(i, "flips"), 20_000);
        expect(Math.abs(own - theirs)).toBeLessThan(
          5 * Math.sqrt((2 * theirs * (1 - theirs)) / 20_000) + 1e-4,
        );
      });
    });

    test("BCa's cuts and acceleration equal scipy's on the same draws, to 1e-12", () => {
      bca.forEach(({ values, means }, i) => {
        const parts = bcaParts(Float64Array.from(values), Float64Array.from(means), 0.95);
        const own = [parts.cuts.low, parts.cuts.high, parts.acceleration];
        own.forEach((value, part) => {
          expect(Math.abs(value - answers!.bca[i]![part]!)).toBeLessThan(1e-12);
        });
      });
    });

    test("the sign-flip p lies within 3 Monte Carlo errors of all assignments, n up to 10", () => {
      const flips = 100_000;
      small.forEach((values, i) => {
        const exact = answers!.exact[i]!;
        const own = signFlipTest(Float64Array.from(values), rngFor(i, "small"), flips);
        const error = Math.sqrt((exact * (1 - exact)) / flips);
        expect(Math.abs(own - exact)).toBeLessThan(3 * error + 1 / flips);
      });
    });

    test("the normal distribution, McNemar's p and Benjamini-Hochberg equal scipy's, to 1e-12", () => {
      z.forEach((value, i) => {
        expect(Math.abs(normalCdf(value) - answers!.cdf[i]!)).toBeLessThan(1e-15);
      });
      p.forEach((value, i) => {
        expect(Math.abs(normalQuantile(value) - answers!.quantile[i]!)).toBeLessThan(1e-12);
      });
      discordant.forEach(([b, c], i) => {
        expect(Math.abs(mcnemarTest(b!, c!) - answers!.mcnemar[i]!)).toBeLessThan(1e-12);
      });
      families.forEach((family, i) => {
        adjustByBh(family).forEach((value, j) => {
          expect(Math.abs(value - answers!.bh[i]![j]!)).toBeLessThan(1e-12);
        });
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
    input: JSON.stringify({ samples, lists, bca, small, z, p, discordant, families }),
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Answers;
}
