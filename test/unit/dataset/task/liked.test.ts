import { describe, expect, it } from "vitest";
import { likedRows, likesTarget, meanRating } from "../../../../src/dataset/task/liked.ts";
import { contextOf, timelineOf } from "../small-log.ts";

function inputOf(ratings: (number | null)[]) {
  const rows = ratings.map((rating, item) => (rating === null ? { item } : { item, rating }));
  const target = rows.length - 1;
  return { timeline: timelineOf(rows), target, history: rows.map((_, i) => i).slice(0, target) };
}

describe("liked", () => {
  it("is the user's own mean for a strict user, the threshold for a generous one", () => {
    expect(likedRows(inputOf([1, 3, 2, 5]), contextOf())).toEqual([1, 2]);
    expect(likedRows(inputOf([5, 4, 5, 5]), contextOf())).toEqual([0, 1, 2]);
  });

  it("counts what has no rating as liked, and leaves it out of the mean", () => {
    const input = inputOf([null, 1, 3, 5]);
    expect(meanRating(input)).toBe(2);
    expect(likedRows(input, contextOf())).toEqual([0, 2]);
    expect(meanRating(inputOf([null, null, 5]))).toBeNull();
  });

  it("judges the target by the mean of the shown history, or the threshold without one", () => {
    expect(likesTarget(inputOf([1, 3, 2]), contextOf())).toBe(true);
    expect(likesTarget(inputOf([5, 4, 4]), contextOf())).toBe(false);
    expect(likesTarget(inputOf([null, 4]), contextOf())).toBe(true);
    expect(likesTarget(inputOf([null, 3]), contextOf())).toBe(false);
    expect(likesTarget(inputOf([5, null]), contextOf())).toBe(true);
  });
});
