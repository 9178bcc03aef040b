import { describe, expect, test } from "vitest";
import { baselines } from "../../../../src/log/baseline/index.ts";
import { fillParams } from "../../../../src/log/baseline/params.ts";
import type { TrainData } from "../../../../src/log/baseline/types.ts";
import { askedOf, trainOf } from "./train-of.ts";

const day = 86_400;
const items = Int32Array.of(0, 1, 2);
const fit = (name: string, train: TrainData, params = {}) =>
  baselines[name]!.fit(train, { seed: 1, params });
const shown = (...ratings: number[]) => askedOf([], { shownRatings: Float64Array.from(ratings) });

describe("rates of likes", () => {
  const train = {
    ...trainOf([
      [0, 0, 5],
      [0, 1, 2],
      [1, 0, 4],
      [1, 2, NaN],
    ]),
    likes: { from: 4, dislikedUpTo: null },
  };

  test("like-count needs the prompt alone: (likes + 1) / (likes + dislikes + 2)", () => {
    const fitted = fit("like-count", train);
    expect(fitted.like!(0, 0, shown(5, 4, 3))).toBe(3 / 5);
    expect(fitted.like!(3, 2, shown())).toBe(1 / 2);
    expect(fitted.like!(3, 2, shown(NaN, 1))).toBe(1 / 3);
  });

  test("user-rate and item-rate count what train rates", () => {
    expect([0, 1, 3].map((u) => fit("user-rate", train).like!(u, 0))).toEqual([2 / 4, 2 / 3, 0.5]);
    expect([...fit("item-rate", train).score(0, items)]).toEqual([3 / 4, 1 / 3, 1 / 2]);
  });

  test("user-rate counts what came after train and before the target, too", () => {
    const later = askedOf([
      [1, NaN],
      [1, 1],
      [2, 5],
    ]);
    expect(fit("user-rate", train).like!(1, 0, later)).toBe(3 / 5);
    expect(
      fit("user-rate", train).like!(1, 0, { ...later, isFitted: Uint8Array.of(1, 1, 0) }),
    ).toBe(3 / 4);
    expect(fit("user-rate", train).like!(1, 0, askedOf([]))).toBe(2 / 3);
  });

  test("what is between likes and dislikes counts nowhere", () => {
    const split = { ...train, likes: { from: 5, dislikedUpTo: 2 } };
    expect(fit("like-count", split).like!(0, 0, shown(5, 4, 3, 2))).toBe(2 / 4);
    expect(fit("user-rate", split).like!(1, 0)).toBe(1 / 2);
    expect([...fit("item-rate", split).score(0, items)]).toEqual([2 / 3, 1 / 3, 1 / 2]);
  });

  test("likes from the mean are judged by the mean of what is shown, or of what each user rated", () => {
    const own = { ...train, likes: { from: "mean" as const, dislikedUpTo: null } };
    expect(fit("like-count", own).like!(0, 0, shown(5, 5, 5, 4))).toBe(4 / 6);
    expect(fit("like-count", own).like!(0, 0, shown(2, 1, 1, NaN))).toBe(2 / 5);
    // User 0 has 5 and 2, user 1 a single 4, which is their mean.
    expect(fit("user-rate", own).like!(0, 0)).toBe(2 / 4);
    expect([...fit("item-rate", own).score(0, items)]).toEqual([3 / 4, 1 / 3, 1 / 2]);
  });

  test("without a threshold the mean of all ratings decides", () => {
    const { likes: _, ...plain } = train;
    expect(fit("item-rate", plain).like!(0, 0)).toBe(3 / 4);
  });
});

describe("recent-popularity", () => {
  const train = trainOf([
    [0, 0, 1, 0],
    [1, 0, 1, 9 * day],
    [2, 1, 1, 10 * day],
    [3, 2, 1, NaN],
  ]);
  const at = (time: number) => askedOf([], { time });

  test("counts the days before the target, and nothing from then on", () => {
    const fitted = fit("recent-popularity", train, { days: 5 });
    expect([...fitted.score(0, items, at(10 * day))]).toEqual([1, 0, 0]);
    expect([...fitted.score(0, items, at(1))]).toEqual([1, 0, 0]);
    expect([...fitted.score(0, items)]).toEqual([1, 1, 0]);
  });

  test("has no rows to count where nothing has a time", () => {
    const untimed = trainOf([[0, 0, 1]]);
    expect([...fit("recent-popularity", untimed).score(0, items)]).toEqual([0, 0, 0]);
  });
});

describe("parameters", () => {
  const specs = baselines["item-knn"]!.params!;

  test("are filled in with the defaults", () => {
    expect(fillParams("item-knn", specs, { k: 7 })).toEqual({ k: 7, neighboursOf: "target" });
  });

  test.each([
    [{ K: 7 }, /takes no parameter "K"[\s\S]*did you mean "?k/i],
    [{ k: 0 }, /cannot use k = 0[\s\S]*whole number from 1/],
    [{ k: 1.5 }, /cannot use k = 1.5/],
    [{ neighboursOf: "both" }, /has no neighboursOf "both"[\s\S]*target, history/],
  ])("%o is refused with advice", (given, message) => {
    expect(() => fillParams("item-knn", specs, given as never)).toThrow(message);
  });

  test("every value that tuning tries may be set", () => {
    for (const { name, params = {} } of Object.values(baselines)) {
      for (const [param, spec] of Object.entries(params)) {
        for (const value of [spec.default, ...spec.tried])
          expect(() => fillParams(name, params, { [param]: value })).not.toThrow();
      }
    }
  });
});

test("item-knn of history: a history item speaks for its own nearest alone", () => {
  // Item 0 goes with item 1 twice and with item 2 once; item 2 goes with item 0 alone.
  const train = trainOf([
    [0, 0, 1],
    [0, 1, 1],
    [1, 0, 1],
    [1, 1, 1],
    [2, 0, 1],
    [2, 2, 1],
    [3, 0, 1],
  ]);
  const one = { k: 1 };
  expect(fit("item-knn", train, one).score(3, items)[2]).toBeGreaterThan(0);
  const scores = fit("item-knn", train, { ...one, neighboursOf: "history" }).score(3, items);
  expect(scores[1]).toBeGreaterThan(0);
  expect(scores[2]).toBe(0);
});
