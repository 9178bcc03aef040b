import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectHistory } from "../../../../src/dataset/task/select-history.ts";
import { timelineOf } from "../small-log.ts";

const timeline = timelineOf([3, 1, 4, 1, 5, 1, 2].map((item) => ({ item })));

describe("selectHistory", () => {
  it("shows the last rows before the target, oldest first", () => {
    expect(selectHistory(timeline, 6, { window: 3, repeats: "drop-target" })).toEqual([3, 4, 5]);
  });

  it("drops earlier copies of the target before it counts the window", () => {
    expect(selectHistory(timeline, 5, { window: 3, repeats: "drop-target" })).toEqual([0, 2, 4]);
    expect(selectHistory(timeline, 5, { window: 3, repeats: "keep" })).toEqual([2, 3, 4]);
  });

  it("is null when nothing is left", () => {
    expect(selectHistory(timeline, 0, { window: 3, repeats: "keep" })).toBeNull();
    const same = timelineOf([{ item: 1 }, { item: 1 }]);
    expect(selectHistory(same, 1, { window: 3, repeats: "drop-target" })).toBeNull();
  });

  it("stays inside the user's own rows", () => {
    const second = { ...timeline, start: 4, user: "u2" };
    expect(selectHistory(second, 6, { window: 9, repeats: "keep" })).toEqual([4, 5]);
  });

  it("never holds the target, a later row or more than the window", () => {
    const items = fc.array(fc.nat(4), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(items, fc.nat(19), fc.integer({ min: 1, max: 6 }), (list, at, window) => {
        const target = at % list.length;
        const own = timelineOf(list.map((item) => ({ item })));
        const rows = selectHistory(own, target, { window, repeats: "drop-target" }) ?? [];
        expect(rows.length).toBeLessThanOrEqual(window);
        expect(rows).toEqual([...rows].sort((a, b) => a - b));
        for (const row of rows) {
          expect(row).toBeLessThan(target);
          expect(list[row]).not.toBe(list[target]);
        }
        const others = list.slice(0, target).filter((item) => item !== list[target]).length;
        expect(rows.length).toBe(Math.min(window, others));
      }),
    );
  });
});
