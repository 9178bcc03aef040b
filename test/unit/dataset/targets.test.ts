import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { targetRows, type TargetOptions } from "../../../src/dataset/targets.ts";
import { selectHistory } from "../../../src/dataset/task/select-history.ts";
import { contextCode } from "../../../src/log/split/timeline.ts";
import { timelineOf } from "./small-log.ts";

const options: TargetOptions = {
  window: 10,
  repeats: "keep",
  seed: 1,
  minHistory: null,
  targets: "every",
  testTargets: "every",
};

/** One user whose rows have the given split codes. */
function userOf(codes: number[]) {
  const timeline = timelineOf(codes.map((_, item) => ({ item })));
  timeline.batch.split.set(codes);
  return timeline;
}

const rowsOf = (codes: number[], overrides: Partial<TargetOptions> = {}): number[] =>
  targetRows(userOf(codes), { ...options, ...overrides });

describe("targetRows", () => {
  it("asks for train rows with three before them, and for every held-out row", () => {
    expect(rowsOf([0, 0, 0, 0, 0, 1, 2])).toEqual([3, 4, 5, 6]);
    expect(rowsOf([2, 2])).toEqual([0, 1]);
  });

  it("wants as much before every target as the recipe says", () => {
    expect(rowsOf([0, 0, 0, 0, 0, 1, 2], { minHistory: 1 })).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rowsOf([0, 0, 0, 0, 0, 1, 2], { minHistory: 6 })).toEqual([6]);
  });

  it("never asks for context, and shows it", () => {
    const user = userOf([3, 3, 3, 0, 3]);
    expect(targetRows(user, options)).toEqual([3]);
    expect(selectHistory(user, 3, options)).toEqual([0, 1, 2]);
  });

  it("takes the first, the last, every n-th counted from the last, or n drawn ones", () => {
    const codes = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2];
    const train = (targets: TargetOptions["targets"], seed = 1): number[] =>
      rowsOf(codes, { targets, seed }).filter((row) => codes[row] === 0);
    expect(train("first")).toEqual([3]);
    expect(train("last")).toEqual([8]);
    expect(train({ stride: 2 })).toEqual([4, 6, 8]);
    expect(train({ sample: 2 })).toHaveLength(2);
    expect(train({ sample: 2 })).toEqual(train({ sample: 2 }));
    expect(train({ sample: 99 })).toEqual([3, 4, 5, 6, 7, 8]);
    const drawn = Array.from({ length: 40 }, (_, seed) => train({ sample: 1 }, seed)[0]!);
    expect(new Set(drawn).size).toBe(6);
    expect(rowsOf(codes, { targets: "last", testTargets: "first" })).toEqual([8, 9, 11]);
  });

  it("shows no later row, and none that the split holds back from the target's own", () => {
    const codes = fc.array(fc.nat(3), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(codes, fc.integer({ min: 1, max: 5 }), (list, window) => {
        const user = userOf(list);
        for (const target of targetRows(user, options)) {
          const history = selectHistory(user, target, { ...options, window });
          expect(list[target]).not.toBe(contextCode);
          const allowed = [...list.keys()].filter(
            (row) => row < target && (list[row]! <= list[target]! || list[row] === contextCode),
          );
          expect(history ?? []).toEqual(allowed.slice(-window));
        }
      }),
    );
  });
});
