import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitCoOccurrence } from "../../../../src/log/baseline/co-occurrence.ts";
import { fitEase, invert, makeEase, mostEaseItems } from "../../../../src/log/baseline/ease.ts";
import { baselines } from "../../../../src/log/baseline/index.ts";
import { askedOf, trainOf } from "./train-of.ts";

const train = trainOf([
  [0, 0, 5],
  [0, 1, 3],
  [1, 0, 4],
  [1, 1, 4],
  [1, 2, 1],
  [2, 2, NaN],
]);
const all = Int32Array.of(0, 1, 2, 3, 4);
const fit = (name: string, data = train, seed = 1) => baselines[name]!.fit(data, { seed });

test("each is listed by its own name", () => {
  expect(Object.entries(baselines).every(([name, b]) => b.name === name)).toBe(true);
});

test("popularity counts train rows", () => {
  expect([...fit("popularity").score(3, all)]).toEqual([2, 2, 2, 0, 0]);
});

describe("random", () => {
  test("gives an item one score whatever else is asked, by user and seed", () => {
    const whole = fit("random").score(1, all);
    expect([...fit("random").score(1, Int32Array.of(4, 0))]).toEqual([whole[4], whole[0]]);
    expect(fit("random").score(2, all)).not.toEqual(whole);
    expect(fit("random", train, 2).score(1, all)).not.toEqual(whole);
  });
});

describe("item-knn", () => {
  test("sums cosines from the user's items to the target", () => {
    // Items 0 and 1 share both users: 2 / (√4 + 1e-6); items 0 and 2 share one of two and two: 1 / (√4 + 1e-6).
    const scores = fit("item-knn").score(0, all);
    expect(scores[0]).toBeCloseTo(1, 5);
    expect(scores[1]).toBeCloseTo(1, 5);
    expect(scores[2]).toBeCloseTo(0.5 + 0.5, 5);
    expect([scores[3], scores[4]]).toEqual([0, 0]);
  });

  test("keeps the neighbours of the target, at most 20", () => {
    // Item 0 shares user 0 with items 1 … 30, each of which has one more user but for the last 20.
    const rows: [number, number, number][] = Array.from({ length: 31 }, (_, i) => [0, i, 1]);
    for (let i = 1; i <= 10; i++) rows.push([i, i, 1]);
    const data = trainOf(rows, 12, 31);
    const [score] = fit("item-knn", data).score(0, Int32Array.of(0));
    expect(score).toBeCloseTo(20, 3);
    // User 1 has item 1 alone, which is no neighbour of item 0 (its cosine is lower than that of 20 others).
    expect([...fit("item-knn", data).score(1, Int32Array.of(0))]).toEqual([0]);
  });

  test("equals the dense computation", () => {
    const rows = fc.array(fc.tuple(fc.nat(3), fc.nat(4), fc.constant(1)), { maxLength: 25 });
    fc.assert(
      fc.property(rows, fc.nat(3), (pairs, user) => {
        const has = (u: number, i: number): number =>
          Number(pairs.some((p) => p[0] === u && p[1] === i));
        const dot = (i: number, j: number): number =>
          [0, 1, 2, 3].reduce((s, u) => s + has(u, i) * has(u, j), 0);
        const expected = [...all].map((i) =>
          [...all]
            .filter((j) => j !== i && has(user, j) === 1 && dot(i, j) > 0)
            .reduce((s, j) => s + dot(i, j) / (Math.sqrt(dot(i, i) * dot(j, j)) + 1e-6), 0),
        );
        const scores = fit("item-knn", trainOf(pairs)).score(user, all);
        expected.forEach((value, i) => expect(scores[i]).toBeCloseTo(value, 10));
      }),
    );
  });
});

describe("means", () => {
  test("fall back to the mean of all ratings, and skip unrated rows", () => {
    const overall = 17 / 5;
    expect([0, 2, 3].map((i) => fit("item-mean").rate!(0, i))).toEqual([4.5, 1, overall]);
    expect([0, 1, 2, 3].map((u) => fit("user-mean").rate!(u, 0))).toEqual([4, 3, overall, overall]);
  });

  test("rank: items by their mean, or all alike", () => {
    expect([...fit("item-mean").score(0, Int32Array.of(1, 0))]).toEqual([3.5, 4.5]);
    expect([...fit("user-mean").score(0, all)]).toEqual([4, 4, 4, 4, 4]);
  });

  test("are 0 without any rating", () => {
    expect(fit("item-mean", trainOf([[0, 0, NaN]])).rate!(0, 0)).toBe(0);
  });
});

describe("ease", () => {
  test("is the regularised inverse with a zero diagonal", () => {
    const rows = fc.array(fc.tuple(fc.nat(3), fc.nat(4), fc.constant(1)), { maxLength: 25 });
    fc.assert(
      fc.property(rows, fc.nat(3), fc.integer({ min: 1, max: 500 }), (pairs, user, lambda) => {
        const has = (u: number, i: number): number =>
          Number(pairs.some((p) => p[0] === u && p[1] === i));
        const users = [0, 1, 2, 3];
        const { table } = fitEase(trainOf(pairs), lambda);
        if (table.kind !== "dense") throw new Error("ease is dense");
        const b = (i: number, j: number): number => table.weights[i * 5 + j]!;
        // B is the stationary point: for each i ≠ j, x_i · (x_j - X B_j) = λ B_ij.
        for (const i of all) {
          for (const j of all) {
            if (i === j) {
              expect(b(i, j)).toBe(0);
              continue;
            }
            const left = users.reduce((sum, u) => {
              const fit = [...all].reduce((s, k) => s + has(u, k) * b(k, j), 0);
              return sum + has(u, i) * (has(u, j) - fit);
            }, 0);
            expect(left).toBeCloseTo(lambda * b(i, j), 8);
          }
        }
        const scores = makeEase(lambda).fit(trainOf(pairs), { seed: 1 }).score(user, all);
        all.forEach((j) => {
          const expected = [...all].reduce((sum, i) => sum + has(user, i) * b(i, j), 0);
          expect(scores[j]).toBeCloseTo(expected, 10);
        });
      }),
    );
  });

  test("inverts a matrix of any size in place", () => {
    for (const n of [1, 2, 7, 33, 70]) {
      // The inverse of I + 11ᵀ is I - 11ᵀ / (n + 1).
      const table = Float64Array.from({ length: n * n }, (_, at) => 1 + Number(at % (n + 1) === 0));
      invert(table, n);
      table.forEach((value, at) => {
        expect(value).toBeCloseTo(Number(at % (n + 1) === 0) - 1 / (n + 1), 10);
      });
    }
  });

  test("refuses a catalog whose table would not fit, with advice", () => {
    const wide = { ...train, itemCount: mostEaseItems + 1 };
    expect(() => fitEase(wide)).toThrow(/item-knn or co-occurrence/);
  });
});

describe("co-occurrence", () => {
  const rows: [number, number, number][] = [
    [0, 0, 1],
    [0, 1, 1],
    [0, 2, 1],
    [1, 0, 1],
    [1, 2, 1],
    [2, 1, 1],
  ];

  test("sums what followed, nearer ones counting more", () => {
    const fitted = fit("co-occurrence", trainOf(rows));
    // T[0] = {1: 1, 2: 1/2 + 1}, T[1] = {2: 1}; user 2 has item 1 and then, after train, item 0.
    const asked = askedOf([
      [1, NaN],
      [0, NaN],
    ]);
    expect([...fitted.score(2, all, asked)]).toEqual([0, 1, 1.5 + 1 / 2, 0, 0]);
    expect([...fitted.score(2, all)]).toEqual([0, 0, 1, 0, 0]);
    expect([...fitted.score(3, all)]).toEqual([0, 0, 0, 0, 0]);
  });

  test("markov looks one step ahead, from the last row alone", () => {
    expect([...fit("markov", trainOf(rows)).score(2, all)]).toEqual([0, 0, 1, 0, 0]);
  });

  test("does not look over the end of a user's rows, nor beyond the window", () => {
    const apart: [number, number, number][] = [
      [0, 0, 1],
      [1, 1, 1],
      ...Array.from({ length: 11 }, (_, i): [number, number, number] => [2, i === 10 ? 4 : 3, 1]),
    ];
    const { table } = fitCoOccurrence(trainOf(apart));
    if (table.kind !== "sparse") throw new Error("co-occurrence is sparse");
    expect([...table.offsets]).toEqual([0, 0, 0, 0, 2, 2]);
    expect([...table.items]).toEqual([3, 4]);
    // Ten rows of item 3: item 4 stands 1 … 10 rows after them.
    const harmonic = Array.from({ length: 10 }, (_, d) => 1 / (d + 1)).reduce((a, b) => a + b);
    expect(table.weights[1]).toBeCloseTo(harmonic, 12);
  });
});
