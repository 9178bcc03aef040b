import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rngFor } from "../../../../src/base/rng.ts";
import { bootstrapMeans, percentileInterval } from "../../../../src/base/stat/bootstrap.ts";
import { adjustByHolm } from "../../../../src/base/stat/holm.ts";
import { minimumDetectableEffect, sizeNeeded } from "../../../../src/base/stat/mde.ts";
import { signFlipTest } from "../../../../src/base/stat/sign-flip.ts";
import { mean, quantile, standardDeviation } from "../../../../src/base/stat/summary.ts";
import { decideVerdict } from "../../../../src/base/stat/verdict.ts";

const rng = () => rngFor(1, "test", "stat");
const differences = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 8 });

describe("bootstrap", () => {
  test("agrees with every resample of a small sample", () => {
    const values = [0, 1, 5];
    const all: number[] = [];
    for (const a of values)
      for (const b of values) for (const c of values) all.push((a + b + c) / 3);
    const means = bootstrapMeans(Float64Array.from(values), rng(), 60_000);
    for (const bar of [0.5, 1.2, 2.1, 3.4]) {
      const exact = all.filter((m) => m < bar).length / all.length;
      expect(Math.abs(means.filter((m) => m < bar).length / means.length - exact)).toBeLessThan(
        0.01,
      );
    }
  });

  test("gives nested intervals inside the range of the values", () => {
    fc.assert(
      fc.property(differences, (drawn) => {
        const means = bootstrapMeans(Float64Array.from(drawn), rng(), 200);
        const wide = percentileInterval(means, 0.95);
        const narrow = percentileInterval(means, 0.9);
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(narrow.low).toBeLessThanOrEqual(narrow.high);
        expect(narrow.high).toBeLessThanOrEqual(wide.high);
        expect(wide.low).toBeGreaterThanOrEqual(Math.min(...drawn) - 1e-12);
        expect(wide.high).toBeLessThanOrEqual(Math.max(...drawn) + 1e-12);
      }),
      { numRuns: 50 },
    );
  });

  test("moves with a shift, repeats with its stream, and keeps equal values exact", () => {
    const values = Float64Array.of(1, 4, 2, 8);
    const shifted = values.map((v) => v + 100);
    const [a, b] = [bootstrapMeans(values, rng(), 500), bootstrapMeans(shifted, rng(), 500)];
    a.forEach((m, i) => expect(b[i]).toBeCloseTo(m + 100, 9));
    expect(bootstrapMeans(values, rng(), 500)).toEqual(a);
    expect(new Set(bootstrapMeans(new Float64Array(7).fill(0.1), rng(), 50))).toEqual(
      new Set([0.1]),
    );
  });
});

describe("signFlipTest", () => {
  test("agrees with all 2^n assignments", () => {
    fc.assert(
      fc.property(differences, (drawn) => {
        const flips = 4000;
        const exact = exactSignFlip(drawn);
        const p = signFlipTest(Float64Array.from(drawn), rng(), flips);
        const slack = 5 * Math.sqrt((exact * (1 - exact)) / flips) + 1 / flips;
        expect(Math.abs(p - exact)).toBeLessThanOrEqual(slack);
      }),
      { numRuns: 60 },
    );
  });

  test("ignores the direction, is never 0, and is 1 without a difference", () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => 1 + (i % 3));
    expect(signFlipTest(values, rng(), 999)).toBe(1 / 1000);
    expect(
      signFlipTest(
        values.map((v) => -v),
        rng(),
        999,
      ),
    ).toBe(1 / 1000);
    expect(signFlipTest(new Float64Array(10), rng(), 999)).toBe(1);
  });

  test("refuses what is no number: it would look more extreme than any assignment", () => {
    for (const value of [NaN, Infinity])
      expect(() => signFlipTest(Float64Array.of(1, value, 2), rng(), 100)).toThrow(RangeError);
  });

  test("counts ties that rounding would break", () => {
    // .1 + .2 − .3 is not 0 in binary; all assignments with the same exact |sum| must count.
    const p = signFlipTest(Float64Array.of(0.1, 0.2, -0.3), rng(), 2000);
    expect(p).toBe(1);
  });
});

describe("adjustByHolm", () => {
  test("matches the worked example", () => {
    expect(adjustByHolm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(adjustByHolm([])).toEqual([]);
  });

  test("keeps order, never falls below p, is never above Bonferroni and ignores the input order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }),
        (p) => {
          const adjusted = adjustByHolm(p);
          p.forEach((own, i) => {
            expect(adjusted[i]).toBeGreaterThanOrEqual(own);
            expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, own * p.length));
            p.forEach(
              (other, j) => own < other && expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!),
            );
          });
          expect(adjustByHolm(p.toReversed())).toEqual(adjusted.toReversed());
        },
      ),
    );
  });
});

test("the detectable effect and the size needed are inverses", () => {
  expect(minimumDetectableEffect(0.2, 784)).toBeCloseTo(0.02, 12);
  expect(sizeNeeded(0.2, 0.02)).toBe(784);
  expect(sizeNeeded(0.2, -0.02)).toBe(784);
  expect(sizeNeeded(0.2, 0)).toBe(Infinity);
});

test("summaries follow their definitions", () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(standardDeviation([1, 2, 6])).toBeCloseTo(Math.sqrt(7), 12);
  expect(standardDeviation([4])).toBe(0);
  expect(standardDeviation([1e9 + 1, 1e9 + 2, 1e9 + 3])).toBe(1);
  expect(quantile([10, 20, 30, 50], 0.5)).toBe(25);
  expect(quantile([10, 20, 30, 50], 1)).toBe(50);
});

describe("decideVerdict", () => {
  const clear = {
    p: 0.01,
    interval95: { low: 0.1, high: 0.3 },
    interval90: { low: 0.12, high: 0.28 },
  };
  const unclear = {
    p: 0.4,
    interval95: { low: -0.01, high: 0.03 },
    interval90: { low: -0.005, high: 0.02 },
  };
  test("needs both the interval and p", () => {
    expect(decideVerdict({ ...clear, higherIsBetter: true, margin: null })).toBe("better");
    expect(decideVerdict({ ...clear, higherIsBetter: false, margin: null })).toBe("worse");
    expect(decideVerdict({ ...clear, p: 0.05, higherIsBetter: true, margin: null })).toBe(
      "no difference shown",
    );
    const straddling = { ...clear, interval95: { low: 0, high: 0.3 } };
    expect(decideVerdict({ ...straddling, higherIsBetter: true, margin: null })).toBe(
      "no difference shown",
    );
    const below = { ...clear, interval95: { low: -0.3, high: -0.1 } };
    expect(decideVerdict({ ...below, higherIsBetter: true, margin: null })).toBe("worse");
    expect(decideVerdict({ ...below, higherIsBetter: false, margin: null })).toBe("better");
  });

  test("calls equivalent only what lies inside a given margin", () => {
    expect(decideVerdict({ ...unclear, higherIsBetter: true, margin: 0.05 })).toBe("equivalent");
    expect(decideVerdict({ ...unclear, higherIsBetter: true, margin: 0.02 })).toBe(
      "no difference shown",
    );
    expect(decideVerdict({ ...unclear, higherIsBetter: true, margin: null })).toBe(
      "no difference shown",
    );
    expect(decideVerdict({ ...clear, higherIsBetter: true, margin: 1 })).toBe("better");
  });
});

function exactSignFlip(values: number[]): number {
  const total = 2 ** values.length;
  const observed = Math.abs(values.reduce((a, b) => a + b, 0));
  let asExtreme = 0;
  for (let signs = 0; signs < total; signs++) {
    const sum = values.reduce((a, v, i) => a + ((signs >> i) & 1 ? v : -v), 0);
    if (Math.abs(sum) >= observed) asExtreme++;
  }
  return asExtreme / total;
}
