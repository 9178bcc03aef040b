import fc from "fast-check";
import { expect, it } from "vitest";
import { auc, groupedAuc } from "../../../../src/base/metric/auc.ts";

const of = (scores: number[], positive: number[]): number =>
  auc(Float64Array.from(scores), Uint8Array.from(positive));

it("is the share of pairs in the right order, ties counting half", () => {
  expect(of([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
  expect(of([1, 1, 1, 1], [0, 1, 1, 0])).toBe(0.5);
  expect(of([3, 2, 2, 1], [1, 1, 0, 0])).toBe(3.5 / 4);
});

it("equals the count over all pairs, and ignores the scale of scores", () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.nat(1)), { maxLength: 30 });
  fc.assert(
    fc.property(rows, (list) => {
      const pairs = list.flatMap(([score, label]) =>
        label === 0 ? [] : list.filter(([, l]) => l === 0).map(([other]) => [score, other]),
      );
      const won = pairs.reduce((n, [a, b]) => n + (a! > b! ? 1 : a === b ? 0.5 : 0), 0);
      const value = of(
        list.map(([score]) => score),
        list.map(([, label]) => label),
      );
      if (pairs.length === 0) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(won / pairs.length, 12);
      const cubed = of(
        list.map(([score]) => score ** 3),
        list.map(([, label]) => label),
      );
      expect(cubed).toEqual(value);
    }),
  );
});

it("refuses what cannot be ranked", () => {
  expect(() => of([NaN, 1], [0, 1])).toThrow("not a number");
  expect(() => of([1], [0, 1])).toThrow(RangeError);
});

it("of groups is what counting all pairs gives, ties one half", () => {
  const groups = [
    { score: 0.2, positives: 1, negatives: 3 },
    { score: 0.9, positives: 2, negatives: 0 },
    { score: 0.5, positives: 1, negatives: 1 },
  ];
  let wins = 0;
  for (const a of groups)
    for (const b of groups)
      wins += a.positives * b.negatives * (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0);
  expect(groupedAuc(groups)).toBe(wins / 16);
  expect(groupedAuc(groups.slice(1, 2))).toBeNaN();
});
