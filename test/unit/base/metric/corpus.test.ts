import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  faithfulness,
  kappa,
  listMetrics,
  ratingMetrics,
  rowOfLogProbabilities,
  rowOfMiss,
  rowOfWord,
  sumByUser,
  yesNoMetrics,
  type CorpusMetric,
  type YesNoRow,
} from "../../../../src/base/metric/index.ts";
import { expectedRating } from "../../../../src/base/metric/expectation.ts";
import { maeRows, rmseRows } from "../../../../src/base/metric/rows-error.ts";

const valueOf = <Row>(metric: CorpusMetric<Row>, rows: readonly Row[]): number => {
  const values = metric.contributions(rows);
  return values.reduce((sum, v) => sum + v, 0) / values.length;
};
const yesNo = (name: string): CorpusMetric<YesNoRow> =>
  [...yesNoMetrics].find((metric) => metric.name === name)!;
const list = (name: string) => listMetrics.find((metric) => metric.name === name)!;

const row = (positive: boolean, yes: number, no: number, user = "u"): YesNoRow =>
  rowOfLogProbabilities(user, positive, { yes, no });

describe("yes/no", () => {
  test("the two orders disagree where little is said of either word", () => {
    // P(yes), P(no): .30/.10 against .02/.001; log-odds order them the other way round.
    const rows = [
      row(true, Math.log(0.3), Math.log(0.1)),
      row(false, Math.log(0.02), Math.log(0.001)),
    ];
    expect(valueOf(yesNo("auc-difference"), rows)).toBe(1);
    expect(valueOf(yesNo("auc"), rows)).toBe(0);
  });

  test("a constant answer scores what chance scores, a missing one is wrong", () => {
    const constant = [true, false, true, false].map((positive) => row(positive, -1, -1));
    expect(valueOf(yesNo("auc"), constant)).toBe(0.5);
    expect(valueOf(yesNo("brier"), constant)).toBe(0.25);
    expect(valueOf(yesNo("log-loss"), constant)).toBeCloseTo(Math.LN2, 14);
    expect(valueOf(yesNo("ece"), constant)).toBe(0);
    const missed = [rowOfMiss("u", true), rowOfMiss("u", false)];
    expect(valueOf(yesNo("auc"), missed)).toBe(0);
    expect(valueOf(yesNo("brier"), missed)).toBe(1);
    expect(valueOf(yesNo("log-loss"), missed)).toBeCloseTo(-Math.log(1e-6), 9);
    expect(valueOf(yesNo("auc"), [rowOfWord("u", true, true), rowOfWord("u", false, false)])).toBe(
      1,
    );
  });

  test("weights of users are positives, rows, or equal; users of one class have no say", () => {
    const a = [row(true, 0, -3, "a"), row(false, -3, 0, "a")];
    const bad = [row(true, -3, 0, "b"), row(true, -3, 0, "b")];
    const good = [row(false, 0, -3, "b"), row(false, 0, -2, "b")];
    const rows = [...a, ...bad, ...good, row(true, -9, 0, "c")];
    // AUC of a is 1, of b 0.
    expect(valueOf(yesNo("gauc"), rows)).toBeCloseTo(1 / 3, 14);
    expect(valueOf(yesNo("gauc-length"), rows)).toBeCloseTo(2 / 6, 14);
    expect(valueOf(yesNo("uauc"), rows)).toBeCloseTo(1 / 2, 14);
    expect(valueOf(yesNo("uauc"), rows.slice(6))).toBeNaN();
    expect(valueOf(yesNo("auc"), rows.slice(6))).toBeNaN();
  });

  test("calibration error counts each bin's own distance, whatever the order of the rows", () => {
    const rows = Array.from({ length: 30 }, (_, i) => row(i % 3 === 0, i < 16 ? -2 : -0.1, -1));
    const value = valueOf(yesNo("ece"), rows);
    expect(value).toBeGreaterThan(0);
    expect(valueOf(yesNo("ece"), rows.toReversed())).toBeCloseTo(value, 14);
    const p = (yes: number): number => 1 / (1 + Math.exp(-1 - yes));
    // 8 bins of 2 rows hold the first 16, of which 6 are positive; 7 bins the others, with 4.
    const expected = 16 * Math.abs(p(-2) - 6 / 16) + 14 * Math.abs(p(-0.1) - 4 / 14);
    expect(value).toBeCloseTo(expected / 30, 12);
  });
});

test("kappa is 1 for agreement, 0 for chance, and counts a missing answer as the farthest", () => {
  const scale = [1, 2, 3, 4, 5];
  const rate = (predicted: number | null, actual: number) => ({ predicted, actual, scale });
  expect(valueOf(kappa, [rate(1, 1), rate(5, 5)])).toBe(1);
  expect(valueOf(kappa, [rate(3, 1), rate(3, 5)])).toBe(0);
  expect(valueOf(kappa, [rate(null, 1), rate(5, 5)])).toBe(
    valueOf(kappa, [rate(5, 1), rate(5, 5)]),
  );
});

describe("errors over rows", () => {
  const scale = [1, 2, 3, 4, 5];
  const rate = (predicted: number | null, actual: number) => ({ predicted, actual, scale });

  test("are those of all rows, and a missing answer is the farthest end of the scale", () => {
    const rows = [rate(3, 4), rate(3, 3), rate(null, 2)];
    expect(valueOf(maeRows, rows)).toBeCloseTo((1 + 0 + 3) / 3, 14);
    expect(valueOf(rmseRows, rows)).toBeCloseTo(Math.sqrt((1 + 0 + 9) / 3), 14);
    expect(valueOf(rmseRows, [rate(3, 3)])).toBe(0);
  });

  test("move with a row as leaving it out moves them", () => {
    const rows = Array.from({ length: 400 }, (_, i) => rate(1 + ((i * 7) % 5), 1 + (i % 5)));
    const whole = valueOf(rmseRows, rows);
    const contributions = rmseRows.contributions(rows);
    for (const left of [0, 3, 17]) {
      const without = valueOf(rmseRows, rows.toSpliced(left, 1));
      expect(contributions[left]! - whole).toBeCloseTo(399 * (whole - without), 1);
    }
  });
});

test("metrics of all rows take more rows than a call takes arguments", () => {
  const scale = [1, 2, 3, 4, 5];
  const rows = Array.from({ length: 200_000 }, (_, i) => ({
    predicted: 1 + (i % 5),
    actual: 1 + (i % 5),
    scale,
  }));
  for (const metric of ratingMetrics) expect(valueOf(metric, rows)).toBe(Number(metric === kappa));
});

test("the expected rating is the mean under the probabilities, whatever their scale", () => {
  expect(expectedRating({ 1: Math.log(0.25), 5: Math.log(0.75) })).toBeCloseTo(4, 14);
  expect(expectedRating({ 1: Math.log(0.25) - 900, 5: Math.log(0.75) - 900 })).toBeCloseTo(4, 12);
  expect(expectedRating({})).toBeNull();
});

describe("lists", () => {
  const facts = {
    size: 4,
    trainCount: [10, 20, 30, 40],
    genres: [["a"], ["a", "b"], ["b"], []],
  };
  const rows = [[0, 1], [0, 2], []].map((items) => ({ items, facts }));
  test("coverage, popularity and diversity follow their definitions", () => {
    expect(valueOf(list("coverage"), rows)).toBeCloseTo(3 / 4, 14);
    expect(valueOf(list("arp"), rows)).toBeCloseTo((15 + 20) / 2, 12);
    // Jaccard of {a} and {a, b} is 1/2, of {a} and {b} 0; the empty list has no say.
    expect(valueOf(list("ild"), rows)).toBeCloseTo((0.5 + 1) / 2, 14);
  });
  test("Gini is 0 where all items are listed alike and (n − 1)/n where one takes all", () => {
    const all = [[0, 1, 2, 3]].map((items) => ({ items, facts }));
    expect(valueOf(list("gini"), all)).toBeCloseTo(0, 14);
    const one = [[2], [2]].map((items) => ({ items, facts }));
    expect(valueOf(list("gini"), one)).toBeCloseTo(3 / 4, 14);
  });
});

test("faithfulness is what holds of what is stated, over all texts", () => {
  const rows = [
    { stated: 3, held: 1 },
    { stated: 0, held: 0 },
    { stated: 1, held: 1 },
  ];
  expect(valueOf(faithfulness, rows)).toBeCloseTo(2 / 4, 14);
});

test("values of users keep the metric as their mean, however rows fall to users", () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.constantFrom("a", "b", "c")), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(rows, (drawn) => {
      const { users, values } = sumByUser(
        Float64Array.from(drawn, ([v]) => v),
        drawn.map(([, user]) => user),
      );
      const mean = drawn.reduce((sum, [v]) => sum + v, 0) / drawn.length;
      expect(values.reduce((sum, v) => sum + v, 0) / users.length).toBeCloseTo(mean, 12);
    }),
  );
});
