import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeList, judgeOne, missedList, rankMetrics } from "../../../../src/base/metric/index.ts";

// Few distinct scores, so that ties are common; items beyond the list are relevant but never scored.
const judged = fc
  .array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 6 })
  .chain((scores) =>
    fc.record({
      scores: fc.constant(scores),
      gains: fc.array(fc.integer({ min: 0, max: 3 }), {
        minLength: scores.length,
        maxLength: scores.length,
      }),
      missing: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    }),
  );

function judge(scores: readonly number[], gains: readonly number[], missing: readonly number[]) {
  const relevant = gains.flatMap((gain, index) => (gain > 0 ? [{ index, gain }] : []));
  return judgeList(Float64Array.from(scores), relevant, missing);
}

describe("rank metrics with several relevant items", () => {
  test("average over every order of the tied items", () => {
    fc.assert(
      fc.property(judged, fc.integer({ min: 1, max: 8 }), ({ scores, gains, missing }, k) => {
        const orders = permutations([...scores.keys()]).filter((order) =>
          order.every((item, at) => at === 0 || scores[order[at - 1]!]! >= scores[item]!),
        );
        for (const metric of rankMetrics) {
          const values = orders.map((order) => {
            const strict = scores.slice();
            order.forEach((item, place) => (strict[item] = -place));
            return metric.of(judge(strict, gains, missing), k);
          });
          const expected = values.reduce((a, b) => a + b, 0) / values.length;
          const own = metric.of(judge(scores, gains, missing), k);
          expect(Math.abs(own - expected), metric.name).toBeLessThan(1e-12);
        }
      }),
      { numRuns: 80 },
    );
  });

  test("stay within 0 and 1, and are 0 where nothing is relevant or nothing relevant is listed", () => {
    fc.assert(
      fc.property(judged, fc.integer({ min: 1, max: 8 }), ({ scores, gains, missing }, k) => {
        for (const metric of rankMetrics) {
          const value = metric.of(judge(scores, gains, missing), k);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
    for (const metric of rankMetrics) {
      expect(metric.of(judge([2, 1], [0, 0], []), 3)).toBe(0);
      expect(metric.of(judge([2, 1], [0, 0], [1]), 3)).toBe(0);
      expect(metric.of(missedList, 3)).toBe(0);
    }
  });

  test("agree on one relevant item: recall is hr, map is mrr, all gains are ndcg", () => {
    const list = judgeOne(Float64Array.of(3, 1, 4, 1, 5), 0);
    const of = (name: string): number => rankMetrics.find((m) => m.name === name)!.of(list, 4);
    expect([of("recall"), of("precision")]).toEqual([1, 1 / 4]);
    expect([of("map"), of("map-trec"), of("mrr")]).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect([of("ndcg"), of("ndcg-linear"), of("ndcg-exp")]).toEqual([0.5, 0.5, 0.5]);
    expect(of("list-auc")).toBe(0.5);
  });

  test("give a constant scorer what a random order gives", () => {
    const gains = Array.from({ length: 20 }, (_, i) => Number(i < 3));
    const list = judge(
      Array.from({ length: 20 }, () => 1),
      gains,
      [],
    );
    const of = (name: string): number => rankMetrics.find((m) => m.name === name)!.of(list, 5);
    expect(of("recall")).toBeCloseTo(5 / 20, 14);
    expect(of("precision")).toBeCloseTo(3 / 20, 14);
    expect(of("list-auc")).toBeCloseTo(0.5, 14);
    expect(of("hr")).toBeCloseTo(1 - (15 * 14 * 13) / (20 * 19 * 18), 14);
  });
});

test("many relevant items, infinite scores and few of either are counted alike", () => {
  const scores = [Infinity, -Infinity, ...Array.from({ length: 60 }, (_, i) => (i * 7) % 20)];
  for (const every of [2, 3, 7, 30]) {
    const relevant = scores.flatMap((_, index) =>
      index % every === 1 ? [{ index, gain: 1 }] : [],
    );
    const { groups } = judgeList(Float64Array.from(scores), relevant);
    const levels = Array.from(new Set(relevant.map(({ index }) => scores[index]!))).sort(
      (a, b) => b - a,
    );
    const tied = groups.filter(({ gains }) => gains.length > 0);
    expect(tied.map(({ size }) => size)).toEqual(
      levels.map((level) => scores.filter((score) => score === level).length),
    );
    const listed = groups.reduce((sum, { size }) => sum + size, 0);
    expect(listed).toBe(scores.filter((score) => score >= levels.at(-1)!).length);
  }
});

test("lists refuse scores that are not numbers", () => {
  for (const scores of [
    [NaN, 1, 2],
    [1, NaN, 2],
    [1, 2, NaN],
  ])
    expect(() => judge(scores, [0, 1, 0], [])).toThrow("not a number");
});

function permutations(items: number[]): number[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) =>
    permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]),
  );
}
