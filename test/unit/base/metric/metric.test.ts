import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accuracy } from "../../../../src/base/metric/accuracy.ts";
import { hitRate } from "../../../../src/base/metric/hit-rate.ts";
import {
  judgeOne,
  parseMetricName,
  rankOf,
  type ShareMetric,
} from "../../../../src/base/metric/index.ts";
import { mae } from "../../../../src/base/metric/mae.ts";
import { mrr } from "../../../../src/base/metric/mrr.ts";
import { ndcg } from "../../../../src/base/metric/ndcg.ts";
import { rmse } from "../../../../src/base/metric/rmse.ts";

const rankMetrics = [ndcg, hitRate, mrr];
// Few distinct scores, so that ties are common.
const list = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 6 })
  .chain((scores) =>
    fc.tuple(fc.constant(Float64Array.from(scores)), fc.nat({ max: scores.length - 1 })),
  );
const cutOff = fc.integer({ min: 1, max: 7 });

describe("rank metrics", () => {
  test("give the value of the rank where nothing ties", () => {
    const scores = Float64Array.of(0.1, 0.9, 0.5, 0.7);
    expect(rankOf(scores, 2)).toEqual({ greater: 2, equal: 0 });
    expect(ndcg.of(judgeOne(scores, 2), 10)).toBeCloseTo(1 / Math.log2(4), 15);
    expect(hitRate.of(judgeOne(scores, 2), 2)).toBe(0);
    expect(hitRate.of(judgeOne(scores, 2), 3)).toBe(1);
    expect(mrr.of(judgeOne(scores, 2), Infinity)).toBeCloseTo(1 / 3, 15);
  });

  test("average over every order of the tied items", () => {
    fc.assert(
      fc.property(list, cutOff, ([scores, truth], k) => {
        for (const metric of rankMetrics) {
          const orders = permutations([...scores.keys()]).filter((order) =>
            descends(scores, order),
          );
          const values = orders.map((order) => {
            const strict = new Float64Array(scores.length);
            order.forEach((item, place) => (strict[item] = -place));
            return metric.of(judgeOne(strict, truth), k);
          });
          const expected = values.reduce((a, b) => a + b, 0) / values.length;
          expect(metric.of(judgeOne(scores, truth), k)).toBeCloseTo(expected, 12);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("give a constant scorer what a random order gives, wherever the truth stands", () => {
    for (const truth of [0, 7, 19]) {
      expect(hitRate.of(judgeOne(new Float64Array(20), truth), 1)).toBeCloseTo(1 / 20, 15);
      expect(hitRate.of(judgeOne(new Float64Array(20), truth), 10)).toBeCloseTo(0.5, 15);
      expect(ndcg.of(judgeOne(new Float64Array(20), truth), 10)).toBeCloseTo(0.227178, 6);
    }
  });

  test("stay in [0, 1], do not fall as k grows, and rise with the true item's score", () => {
    fc.assert(
      fc.property(list, cutOff, ([scores, truth], k) => {
        const raised = Float64Array.from(scores);
        raised[truth]! += 1;
        for (const metric of rankMetrics) {
          const value = metric.of(judgeOne(scores, truth), k);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
          expect(metric.of(judgeOne(scores, truth), k + 1)).toBeGreaterThanOrEqual(value);
          expect(metric.of(judgeOne(raised, truth), k)).toBeGreaterThanOrEqual(value - 1e-15);
        }
      }),
    );
  });

  test("refuse scores that are not numbers", () => {
    expect(() => rankOf(Float64Array.of(1, NaN), 0)).toThrow("not a number");
    expect(() => rankOf(Float64Array.of(1, NaN), 1)).toThrow("not a number");
    expect(() => rankOf(Float64Array.of(NaN), 0)).toThrow("not a number");
  });
});

describe("value metrics", () => {
  const scale = [1, 2, 3, 4, 5];
  test("measure the error", () => {
    expect(mae.row(3.5, 5, scale)).toBe(1.5);
    expect(rmse.finish?.(rmse.row(2, 5, scale))).toBe(3);
    expect(accuracy.row(4.4, 4, scale)).toBe(1);
    expect(accuracy.row(4.5, 5, scale)).toBe(1);
    expect(accuracy.row(4.4, 5, scale)).toBe(0);
  });

  test("count a missing answer as the largest error on the scale", () => {
    expect(mae.miss(2, scale)).toBe(3);
    expect(mae.miss(5, scale)).toBe(4);
    expect(rmse.miss(2, scale)).toBe(9);
    expect(accuracy.miss(2, scale)).toBe(0);
  });
});

describe("parseMetricName", () => {
  test("takes a name apart", () => {
    expect(parseMetricName("ndcg@10/uni20")).toEqual({ metric: ndcg, k: 10, variant: "uni20" });
    expect(parseMetricName("hr@1/ret20+truth")).toEqual({
      metric: hitRate,
      k: 1,
      variant: "ret20+truth",
    });
    expect(parseMetricName("mae")).toEqual({ metric: mae, k: null, variant: null });
  });

  test("names what is wrong", () => {
    expect(() => parseMetricName("ncdg@10")).toThrow("Did you mean ndcg?");
    expect(() => parseMetricName("NDCG@10")).toThrow("not a metric's name");
    expect(() => parseMetricName("ndcg@0")).toThrow("not a metric's name");
    expect(() => parseMetricName("mae@3")).toThrow("takes no cut-off");
  });

  test("knows the metrics it is given", () => {
    const told: ShareMetric = { kind: "share", name: "told", higherIsBetter: true, citation: "" };
    expect(parseMetricName("told", [told]).metric).toBe(told);
    expect(() => parseMetricName("mae", [told])).toThrow("no metric is called");
  });
});

function permutations(items: number[]): number[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) =>
    permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]),
  );
}

function descends(scores: Float64Array, order: number[]): boolean {
  return order.every((item, place) => place === 0 || scores[order[place - 1]!]! >= scores[item]!);
}
