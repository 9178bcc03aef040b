import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rngFor } from "../../../../src/base/rng.ts";
import {
  compareSystems,
  correctFamily,
  estimateMeans,
} from "../../../../src/eval/score/compare.ts";
import type { PerUser } from "../../../../src/eval/score/score.ts";
import { perUser } from "../fixture.ts";

const metric = "ndcg@10/uni20";
const named = { system: "tuned", against: "base", seed: 1, B: 2000 };

function noisy(n: number, shift: number): { a: PerUser; b: PerUser } {
  const rng = rngFor(3, "noisy");
  const b = Array.from({ length: n }, () => rng.next());
  return { a: perUser(b.map((v) => v + shift + 0.05 * rng.normal())), b: perUser(b) };
}

describe("compareSystems", () => {
  test("pairs users, whatever their order and whoever else there is", () => {
    const a = perUser([1, 2, 3]);
    const b: PerUser = { users: ["u002", "x", "u000"], values: Float64Array.of(1, 100, 0.5) };
    expect(compareSystems(a, b, metric, named)).toMatchObject({
      n: 2,
      delta: 1.25,
      wins: 2,
      ties: 0,
      losses: 0,
    });
  });

  test("finds a shift, and says worse where lower is better", () => {
    const { a, b } = noisy(200, 0.1);
    const up = compareSystems(a, b, metric, named);
    expect(up).toMatchObject({ verdict: "better", primary: false, higherIsBetter: true });
    expect(up.low).toBeLessThan(up.delta);
    expect(up.high).toBeGreaterThan(up.delta);
    expect(up.low).toBeLessThanOrEqual(up.low90);
    expect(compareSystems(a, b, "mae", named)).toMatchObject({
      verdict: "worse",
      wins: up.losses,
      losses: up.wins,
    });
  });

  test("is antisymmetric", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 2, maxLength: 12 }),
        (pairs) => {
          const [a, b] = [perUser(pairs.map(([x]) => x)), perUser(pairs.map(([, y]) => y))];
          const there = compareSystems(a, b, metric, { ...named, B: 50 });
          const back = compareSystems(b, a, metric, { ...named, B: 50 });
          expect(back.delta).toBeCloseTo(-there.delta, 12);
          expect(back.high).toBeCloseTo(-there.low, 12);
          expect(back.p).toBe(there.p);
          expect([back.wins, back.losses, back.sd]).toEqual([there.losses, there.wins, there.sd]);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("says no difference, how many users it would take, and equivalence only within a margin", () => {
    const { a, b } = noisy(100, 0);
    const plain = compareSystems(a, b, metric, named);
    expect(plain.verdict).toBe("no difference shown");
    expect(plain.needed).toBeGreaterThan(100);
    expect(compareSystems(a, b, metric, { ...named, margin: 0.05 })).toMatchObject({
      verdict: "equivalent",
      margin: 0.05,
    });
    expect(compareSystems(b, b, metric, named)).toMatchObject({
      delta: 0,
      p: 1,
      needed: null,
      ties: 100,
    });
  });

  test("repeats itself and depends on the seed", () => {
    const { a, b } = noisy(50, 0.01);
    expect(compareSystems(a, b, metric, named)).toEqual(compareSystems(a, b, metric, named));
    expect(compareSystems(a, b, metric, { ...named, seed: 2 }).low).not.toBe(
      compareSystems(a, b, metric, named).low,
    );
  });

  test("refuses strangers, rmse and unknown metrics", () => {
    expect(() => compareSystems(perUser([1, 2]), perUser([1, 2], 50), metric, named)).toThrow(
      "no users in common",
    );
    expect(() => compareSystems(perUser([1, 2]), perUser([1, 2]), "rmse", named)).toThrow(
      "Compare rmse-rows or mae instead",
    );
    expect(() => compareSystems(perUser([1, 2]), perUser([1, 2]), "ndgc@10", named)).toThrow(
      "Did you mean ndcg?",
    );
  });
});

test("a family is corrected by Holm, which can take a verdict back", () => {
  const { a, b } = noisy(200, 0.1);
  const clear = compareSystems(a, b, metric, named);
  const close = { ...clear, p: 0.04, pHolm: 0.04 };
  expect(correctFamily([close])[0]).toMatchObject({ pHolm: 0.04, verdict: "better" });
  const family = correctFamily([close, { ...close, p: 0.03 }, { ...close, p: 0.01 }]);
  expect(family.map((c) => c.pHolm)).toEqual([0.06, 0.06, 0.03]);
  expect(family.map((c) => c.verdict)).toEqual([
    "no difference shown",
    "no difference shown",
    "better",
  ]);
  expect(correctFamily([])).toEqual([]);
  const slices = correctFamily([close, { ...close, p: 0.03 }, { ...close, p: 0.01 }], "bh");
  expect(slices.map((c) => c.pBh)).toEqual([0.04, 0.04, 0.03]);
  expect(slices.map((c) => c.verdict)).toEqual(["better", "better", "better"]);
});

test("estimates hold their means inside their intervals, and share draws", () => {
  const values = [0, 0, 1, 1, 1];
  const columns = {
    x: perUser(values),
    twice: perUser(values.map((v) => 2 * v)),
    one: perUser([3]),
  };
  const { x, twice, one } = estimateMeans(columns, { seed: 1, B: 500 });
  expect([x!.value, x!.n]).toEqual([0.6, 5]);
  expect(x!.low).toBeLessThan(0.6);
  expect(x!.high).toBeGreaterThan(0.6);
  expect([twice!.low, twice!.high]).toEqual([2 * x!.low, 2 * x!.high]);
  expect(one).toEqual({ value: 3, low: 3, high: 3, n: 1 });
});

test("yes/no metrics get McNemar's exact p, a margin its equivalence test, others neither", () => {
  const a = perUser([...Array<number>(12).fill(1), ...Array<number>(3).fill(0), 1, 0]);
  const b = perUser([...Array<number>(12).fill(0), ...Array<number>(3).fill(1), 1, 0]);
  const binary = compareSystems(a, b, "hr@1/uni20", { ...named, margin: 2 });
  expect(binary.pMcNemar).toBeCloseTo(0.0352, 4);
  expect(binary.pEquivalence).toBeCloseTo(1 / 2001, 12);
  const graded = compareSystems(perUser([0.5, 1]), perUser([0, 0]), metric, named);
  expect([graded.pMcNemar, graded.pEquivalence]).toEqual([null, null]);
  const corpus = compareSystems(a, b, "auc", named);
  expect([corpus.wins, corpus.ties, corpus.losses]).toEqual([null, null, null]);
});

test("one user gives no verdict, however large the difference", () => {
  const alone = compareSystems(perUser([1]), perUser([0]), metric, named);
  expect(alone).toMatchObject({ n: 1, delta: 1, p: 1, verdict: "no difference shown" });
});
