import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rngFor } from "../../../../src/base/rng.ts";
import { bcaInterval, bcaParts } from "../../../../src/base/stat/bca.ts";
import { adjustByBh } from "../../../../src/base/stat/benjamini-hochberg.ts";
import {
  bootstrapColumns,
  bootstrapMeans,
  percentileInterval,
} from "../../../../src/base/stat/bootstrap.ts";
import { countDiscordant, mcnemarTest } from "../../../../src/base/stat/mcnemar.ts";
import { normalCdf, normalQuantile } from "../../../../src/base/stat/normal.ts";
import { equivalenceTest } from "../../../../src/base/stat/tost.ts";

const rng = () => rngFor(1, "test", "tests");

test("columns drawn together get what each gets alone, bit for bit", () => {
  const draw = rng();
  const columns = Array.from({ length: 6 }, (_, m) =>
    Float64Array.from({ length: 17 }, () => (m === 2 ? 0.1 : draw.next())),
  );
  const together = bootstrapColumns(columns, rng(), 200);
  columns.forEach((values, m) => {
    expect(together[m]).toEqual(bootstrapMeans(values, rng(), 200));
  });
  expect(bootstrapColumns([], rng(), 10)).toEqual([]);
});

describe("BCa", () => {
  test("is the percentile interval where nothing is skewed, and moves towards a long tail", () => {
    const even = Float64Array.from({ length: 101 }, (_, i) => i - 50);
    const parts = bcaParts(even, bootstrapMeans(even, rng(), 4000), 0.95);
    expect(parts.acceleration).toBeCloseTo(0, 14);
    expect(parts.cuts.low).toBeCloseTo(0.025, 1);
    const skewed = Float64Array.from({ length: 40 }, (_, i) => (i < 36 ? 0 : 1));
    const means = bootstrapMeans(skewed, rng(), 4000);
    expect(bcaInterval(skewed, means, 0.95).high).toBeGreaterThan(
      percentileInterval(means, 0.95).high,
    );
  });
  test("of equal values is that value", () => {
    const flat = new Float64Array(5).fill(2);
    expect(bcaInterval(flat, bootstrapMeans(flat, rng(), 50), 0.95)).toEqual({ low: 2, high: 2 });
  });
});

test("the normal distribution and its inverse undo each other", () => {
  expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 15);
  expect(normalCdf(-10) / 7.61985302416052e-24).toBeCloseTo(1, 10);
  for (const p of [1e-12, 0.001, 0.3, 0.5, 0.9, 0.99999])
    expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 9);
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
});

describe("McNemar's exact test", () => {
  test("is the binomial's two tails", () => {
    expect(mcnemarTest(3, 12)).toBeCloseTo(0.03515625, 12);
    expect([mcnemarTest(0, 0), mcnemarTest(5, 5)]).toEqual([1, 1]);
    expect(mcnemarTest(0, 2000)).toBeGreaterThanOrEqual(0);
    expect(mcnemarTest(1000, 1100)).toBeCloseTo(mcnemarTest(1100, 1000), 14);
  });
  test("needs differences of yes/no values", () => {
    expect(countDiscordant(Float64Array.of(1, 0, -1, 1))).toEqual({ wins: 2, losses: 1 });
    expect(countDiscordant(Float64Array.of(0.5, 1))).toBeNull();
  });
});

describe("Benjamini and Hochberg", () => {
  test("matches a worked example", () => {
    const adjusted = adjustByBh([0.01, 0.04, 0.03, 0.005]);
    [0.02, 0.04, 0.04, 0.02].forEach((value, i) => expect(adjusted[i]).toBeCloseTo(value, 14));
  });
  test("lies between p and 1, keeps order and ignores that of the input", () => {
    const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(ps, (p) => {
        const adjusted = adjustByBh(p);
        p.forEach((own, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(own);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
        });
        expect(adjustByBh(p.toReversed())).toEqual(adjusted.toReversed());
      }),
    );
  });
});

test("equivalence needs both sides, and is never certain", () => {
  const means = Float64Array.from({ length: 99 }, (_, i) => (i - 49) / 100);
  expect(equivalenceTest(means, 1)).toBe(1 / 100);
  expect(equivalenceTest(means, 0.4)).toBe((1 + 10) / 100);
  expect(
    equivalenceTest(
      means.map((m) => m + 1),
      0.4,
    ),
  ).toBeGreaterThan(0.9);
});
