import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rngFor } from "../../../../src/base/rng.ts";
import { clipTo, fitBiases } from "../../../../src/log/baseline/bias.ts";
import { baselines } from "../../../../src/log/baseline/index.ts";
import type { Params } from "../../../../src/log/baseline/params.ts";
import { askedOf, trainOf } from "./train-of.ts";

const fit = (name: string, rows: [number, number, number][], params: Params = {}, seed = 1) =>
  baselines[name]!.fit(trainOf(rows), { seed, params });

const all = Int32Array.of(0, 1, 2, 3, 4);

describe("bias", () => {
  test("solves the shrunk least squares of each side, given the other", () => {
    const rows = fc.array(fc.tuple(fc.nat(3), fc.nat(4), fc.integer({ min: 1, max: 5 })), {
      minLength: 1,
      maxLength: 25,
    });
    fc.assert(
      fc.property(rows, (given) => {
        const train = trainOf(given);
        const { overall, user, item } = fitBiases(train, {
          shrinkItems: 10,
          shrinkUsers: 15,
          epochs: 200,
        });
        expect(overall).toBeCloseTo(given.reduce((s, [, , r]) => s + r, 0) / given.length, 10);
        for (let u = 0; u < 4; u++) {
          const own = given.filter((row) => row[0] === u);
          const sum = own.reduce((s, [, i, r]) => s + r - overall - item[i]!, 0);
          expect(user[u]).toBeCloseTo(own.length === 0 ? 0 : sum / (own.length + 15), 6);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("predicts within the ratings of train, and the mean for strangers", () => {
    const fitted = fit("bias", [
      [0, 0, 5],
      [0, 1, 5],
      [1, 0, 5],
      [1, 2, 1],
    ]);
    expect(fitted.rate!(3, 4)).toBe(4);
    expect(fitted.rate!(0, 0)).toBeLessThanOrEqual(5);
    expect(clipTo(Float64Array.of(NaN))(7)).toBe(7);
    expect(clipTo(Float64Array.of(1, NaN, 5))(7)).toBe(5);
  });
});

describe("ratings that came after train", () => {
  const rows: [number, number, number][] = [
    [0, 0, 4],
    [0, 1, 4],
    [1, 0, 2],
    [1, 1, 2],
  ];
  // User 3 has no train row.
  const low = askedOf([
    [0, 1],
    [1, 1],
    [2, NaN],
  ]);

  test("move the mean of their user", () => {
    expect(fit("user-mean", rows).rate!(3, 0)).toBe(3);
    expect(fit("user-mean", rows).rate!(3, 0, low)).toBe(1);
    expect(fit("user-mean", rows).rate!(0, 0, low)).toBe(10 / 4);
    expect(fit("user-mean", rows).rate!(0, 0, { ...low, isFitted: Uint8Array.of(1, 1, 1) })).toBe(
      4,
    );
  });

  test("move the user's bias as a last step of least squares would", () => {
    const params = { shrinkUsers: 15, shrinkItems: 10, epochs: 10 };
    const { overall, item } = fitBiases(trainOf(rows), params);
    const bias = (1 - overall - item[0]! + (1 - overall - item[1]!)) / (2 + 15);
    const fitted = fit("bias", rows, params);
    const rate = (...of: Parameters<NonNullable<typeof fitted.rate>>) => fitted.rate!(...of);
    expect(rate(3, 4, low)).toBeCloseTo(Math.max(2, overall + bias), 12);
    expect(rate(3, 4)).toBe(overall);
    expect(rate(0, 4, askedOf([]))).toBe(rate(0, 4));
  });

  test("move what a factor model says by what it left of them, the less the more it knew", () => {
    const fitted = fit("bias-mf", rows, { factors: 2, epochs: 5 });
    const rate = (...of: Parameters<NonNullable<typeof fitted.rate>>) => fitted.rate!(...of);
    const left = (user: number) => 1 - rate(user, 0) + (1 - rate(user, 1));
    const clipped = (value: number) => Math.min(4, Math.max(2, value));
    for (const [user, known] of [
      [3, 0],
      [0, 2],
    ] as const)
      expect(rate(user, 2, low)).toBeCloseTo(
        clipped(rate(user, 2) + left(user) / (2 + known + 15)),
        12,
      );
    expect(rate(0, 2, askedOf([]))).toBe(rate(0, 2));
  });
});

/** Two tastes: users 0 and 1 rate items 0 and 1 high and 2 and 3 low, users 2 and 3 the other way round. */
const tastes: [number, number, number][] = [0, 1, 2, 3].flatMap((u) =>
  [0, 1, 2, 3]
    .filter((i) => u !== 0 || i !== 1)
    .map((i): [number, number, number] => [u, i, u < 2 === i < 2 ? 5 : 1]),
);

describe("bias-mf", () => {
  const params = { factors: 4, epochs: 800, learningRate: 0.02, regularisation: 0.01 };

  test("finds tastes that biases cannot", () => {
    const fitted = fit("bias-mf", tastes, params);
    // User 0 never rated item 1, which their twin liked.
    expect(fitted.rate!(0, 1)).toBeGreaterThan(4);
    expect(fit("bias", tastes).rate!(0, 1)).toBeLessThan(4);
    // Nobody rated item 4: only biases speak, the same for all users up to theirs.
    expect(fitted.rate!(0, 4)).toBeCloseTo(3, 0);
  });

  test("is the same for the same seed, and another for another", () => {
    const rate = (seed: number): number =>
      fit("bias-mf", tastes, { factors: 4, epochs: 2 }, seed).rate!(0, 1);
    expect(rate(1)).toBe(rate(1));
    expect(rate(1)).not.toBe(rate(2));
  });
});

describe("bpr-mf", () => {
  const likes = tastes.filter(([, , rating]) => rating === 5);

  test("ranks what the twin has above what nobody of the kind has", () => {
    const scores = fit("bpr-mf", likes, { factors: 4, epochs: 400 }).score(0, all);
    expect(scores[1]).toBeGreaterThan(scores[2]!);
    expect(scores[1]).toBeGreaterThan(scores[4]!);
  });

  test("gives a stranger the biases alone, and everyone an answer who has everything", () => {
    const rng = rngFor(1, "rows");
    const rows = Array.from({ length: 30 }, (): [number, number, number] => [
      rng.int(2),
      rng.int(5),
      1,
    ]);
    const fitted = fit("bpr-mf", rows, { factors: 2, epochs: 3 });
    expect([...fitted.score(3, all)].every(Number.isFinite)).toBe(true);
    expect([...fitted.score(2, all)]).toEqual([...fitted.score(3, all)]);
    const whole = all.map((i) => i);
    const full = [...whole].map((i): [number, number, number] => [0, i, 1]);
    expect([...fit("bpr-mf", full, { epochs: 1 }).score(0, all)].every(Number.isFinite)).toBe(true);
  });
});
