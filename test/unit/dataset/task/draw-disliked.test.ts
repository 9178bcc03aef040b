import { describe, expect, it } from "vitest";
import { rngFor } from "../../../../src/base/rng.ts";
import { drawDisliked } from "../../../../src/dataset/task/draw-disliked.ts";
import { contextOf, timelineOf, type Row } from "../small-log.ts";

function draw(rows: Row[], count = 9, codes?: number[]): number[] {
  const timeline = timelineOf(rows);
  if (codes) timeline.batch.split.set(codes);
  const input = { timeline, target: rows.length - 1, history: [0] };
  return drawDisliked(input, contextOf(), count, rngFor("x"), (index) => index === 8).sort(
    (a, b) => a - b,
  );
}

describe("drawDisliked", () => {
  const before: Row[] = [
    { item: 0, rating: 5 },
    { item: 1, rating: 1 },
    { item: 2, rating: 2 },
    { item: 3 },
    { item: 8, rating: 1 },
  ];

  it("holds what lies below the user's own mean, but for what is refused", () => {
    expect(draw([...before, { item: 5, rating: 4 }])).toEqual([1, 2]);
    expect(draw([...before, { item: 5, rating: 4 }], 1)).toHaveLength(1);
  });

  it("is empty where the target is not liked, or has no rating", () => {
    expect(draw([...before, { item: 5, rating: 2 }])).toEqual([]);
    expect(draw([...before, { item: 5 }])).toEqual([]);
    expect(draw([{ item: 5, rating: 5 }])).toEqual([]);
  });

  it("leaves out what the user liked another time, and the target itself", () => {
    const again: Row[] = [...before, { item: 1, rating: 5 }, { item: 2, rating: 5 }];
    expect(draw(again)).toEqual([]);
  });

  it("does not look at rows held back from the target's split", () => {
    const rows = [...before, { item: 5, rating: 4 }];
    expect(draw(rows, 9, [0, 2, 0, 0, 0, 0])).toEqual([2]);
  });
});
