import fc from "fast-check";
import { expect, test } from "vitest";
import { rankCatalog } from "../../../../src/eval/system/full-ranking.ts";

test("keeps the best, and where the truth stands among what is not masked", () => {
  const scores = Float64Array.of(5, 1, 3, 3, 3, 9);
  expect(rankCatalog(scores, 3, { masked: [5], keep: 2 })).toEqual({
    top: [0, 2],
    rank: { greater: 1, equal: 2, of: 5 },
  });
});

test("ranks the truth even where the user had it before", () => {
  const ranked = rankCatalog(Float64Array.of(1, 2), 0, { masked: [0, 1], keep: 10 });
  expect(ranked).toEqual({ top: [0], rank: { greater: 0, equal: 0, of: 1 } });
});

test("what can never be proposed is last, and still there", () => {
  const ranked = rankCatalog(Float64Array.of(-Infinity, 2, -Infinity), 1, { masked: [], keep: 3 });
  expect(ranked.top).toEqual([1, 0, 2]);
});

test("a score that is no number is refused, not ranked", () => {
  expect(() => rankCatalog(Float64Array.of(1, NaN), 0, { masked: [], keep: 1 })).toThrow(
    /not a number/,
  );
  expect(() => rankCatalog(Float64Array.of(NaN, 1), 0, { masked: [], keep: 1 })).toThrow(
    /not a number/,
  );
});

test("equals a whole sort", () => {
  const score = fc.integer({ min: 0, max: 4 });
  const lists = fc.oneof(
    fc.array(score, { minLength: 1, maxLength: 12 }),
    fc.array(score, { minLength: 150, maxLength: 300 }),
  );
  const cases = lists.chain((scores) =>
    fc.tuple(
      fc.constant(scores),
      fc.nat(scores.length - 1),
      fc.uniqueArray(fc.nat(scores.length - 1)),
      fc.integer({ min: 1, max: 15 }),
    ),
  );
  fc.assert(
    fc.property(cases, ([scores, truth, masked, keep]) => {
      const open = scores.map((_, i) => i).filter((i) => i === truth || !masked.includes(i));
      const sorted = open.toSorted((a, b) => scores[b]! - scores[a]! || a - b);
      const { top, rank } = rankCatalog(Float64Array.from(scores), truth, { masked, keep });
      expect(top).toEqual(sorted.slice(0, keep));
      expect(rank).toEqual({
        greater: open.filter((i) => scores[i]! > scores[truth]!).length,
        equal: open.filter((i) => i !== truth && scores[i] === scores[truth]).length,
        of: open.length,
      });
    }),
  );
});
