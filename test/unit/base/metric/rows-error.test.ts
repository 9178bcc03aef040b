import { describe, expect, test } from "vitest";
import { sumByUser, type RatingRow } from "../../../../src/base/metric/index.ts";
import { maeRows, rmseRows } from "../../../../src/base/metric/rows-error.ts";
import { rngFor } from "../../../../src/base/rng.ts";
import { percentileInterval } from "../../../../src/base/stat/bootstrap.ts";
import { mean } from "../../../../src/base/stat/summary.ts";
import { compareSystems, estimateMeans } from "../../../../src/eval/score/compare.ts";

const scale = [1, 2, 3, 4, 5];
const rate = (predicted: number | null, actual: number): RatingRow => {
  return { predicted, actual, scale };
};

describe("errors over rows", () => {
  test("weigh each row one, whoever it is of", () => {
    // Errors 1, 1, 1 of one user and 3 of another: over rows 6/4 and √(12/4), over users 2 and √5.
    const rows = [rate(2, 3), rate(4, 3), rate(2, 1), rate(5, 2)];
    expect(mean(maeRows.contributions(rows))).toBeCloseTo(1.5, 14);
    expect(mean(rmseRows.contributions(rows))).toBeCloseTo(Math.sqrt(3), 14);
    const { values } = sumByUser(rmseRows.contributions(rows), ["a", "a", "a", "b"]);
    expect(mean(values)).toBeCloseTo(Math.sqrt(3), 14);
  });

  test("count a missing answer as the largest error of the scale, and know no error at all", () => {
    for (const metric of [maeRows, rmseRows]) {
      expect(mean(metric.contributions([rate(null, 2)]))).toBe(3);
      expect(Array.from(metric.contributions([rate(2, 2), rate(4, 4)]))).toEqual([0, 0]);
    }
  });
});

describe("their intervals", () => {
  const B = 4000;
  const userCount = 300;
  const rng = rngFor(1, "rows");
  // Users with many rows err less, and each errs in a way of their own: what rows that were resampled alone would miss.
  const users = Array.from({ length: userCount }, () => {
    const count = 1 + rng.int(60);
    const own = 1.2 - count / 100 + 0.3 * rng.normal();
    return Array.from({ length: count }, () => {
      const error = own * rng.normal();
      return { a: rate(3 + error, 3), b: rate(3 + 1.03 * error + 0.1 * rng.normal(), 3) };
    });
  });
  const userOf = users.flatMap((own, u) => own.map(() => `u${u}`));
  const perUser = (metric: typeof maeRows, of: "a" | "b") =>
    sumByUser(metric.contributions(users.flatMap((own) => own.map((row) => row[of]))), userOf);

  /** Resamples users with all their rows and takes the pooled statistic anew each time. */
  function resample(power: 1 | 2, valueOf: (a: number, b: number) => number): Float64Array {
    const sums = users.map((own) => {
      const sumOf = (of: "a" | "b"): number =>
        own.reduce((sum, row) => sum + Math.abs(row[of].predicted! - 3) ** power, 0);
      return { rows: own.length, a: sumOf("a"), b: sumOf("b") };
    });
    const drawn = rngFor(2, "exact");
    return Float64Array.from({ length: B }, () => {
      let [rows, a, b] = [0, 0, 0];
      for (let i = 0; i < userCount; i++) {
        const own = sums[drawn.int(userCount)]!;
        rows += own.rows;
        a += own.a;
        b += own.b;
      }
      return valueOf((a / rows) ** (1 / power), (b / rows) ** (1 / power));
    }).sort();
  }

  test.each([
    [maeRows, 1],
    [rmseRows, 2],
  ] as const)("are those of resampled users with all their rows: %o", (metric, power) => {
    const columns = { a: perUser(metric, "a") };
    const { a } = estimateMeans(columns, { seed: 1, B });
    const exact = percentileInterval(
      resample(power, (own) => own),
      0.95,
    );
    const width = exact.high - exact.low;
    expect(Math.abs(a!.low - exact.low)).toBeLessThan(0.08 * width);
    expect(Math.abs(a!.high - exact.high)).toBeLessThan(0.08 * width);

    const named = { system: "a", against: "b", seed: 1, B };
    const compared = compareSystems(columns.a, perUser(metric, "b"), metric.name, named);
    const paired = percentileInterval(
      resample(power, (own, other) => own - other),
      0.95,
    );
    const wide = paired.high - paired.low;
    expect(Math.abs(compared.low - paired.low)).toBeLessThan(0.08 * wide);
    expect(Math.abs(compared.high - paired.high)).toBeLessThan(0.08 * wide);
    expect(compared).toMatchObject({ verdict: "better", wins: null, n: userCount });
  });

  test("hold their level: between equal systems p is below .05 about one time in twenty", () => {
    const tries = 400;
    let found = 0;
    for (let t = 0; t < tries; t++) {
      const chance = rngFor(t, "null");
      const rows = Array.from({ length: 40 }, (_, u) => {
        const own = 0.5 + chance.next();
        return Array.from({ length: 1 + chance.int(20) }, () => {
          const row = () => rate(3 + own * chance.normal(), 3);
          return { user: `u${u}`, a: row(), b: row() };
        });
      }).flat();
      const [a, b] = (["a", "b"] as const).map((of) =>
        sumByUser(
          rmseRows.contributions(rows.map((row) => row[of])),
          rows.map(({ user }) => user),
        ),
      );
      const options = { system: "a", against: "b", seed: t, B: 400 };
      if (compareSystems(a!, b!, "rmse-rows", options).p < 0.05) found++;
    }
    // Binomial: 20 ± 3 × 4.4.
    expect(found).toBeGreaterThan(6);
    expect(found).toBeLessThan(34);
  });
});
