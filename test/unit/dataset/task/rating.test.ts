import { describe, expect, it } from "vitest";
import { rating, ratingOptions, readRating } from "../../../../src/dataset/task/rating.ts";
import { contextOf, streamsOf, timelineOf } from "../small-log.ts";

const options = ratingOptions.parse({ type: "rating" });

describe("rating", () => {
  it("asks for the target's number", () => {
    const timeline = timelineOf([
      { item: 5, rating: 5 },
      { item: 7, rating: 3.5 },
    ]);
    const input = { timeline, target: 1, history: [0] };
    const draft = rating.make(input, contextOf(), options, streamsOf());
    expect(draft).toMatchObject({
      label: "3.5",
      candidates: null,
      source: "log",
      variables: { rating: 3.5, scale: { min: 1, max: 5 }, item: { title: "Tenet (2020)" } },
    });
  });

  it("skips a target without a rating", () => {
    const input = { timeline: timelineOf([{ item: 5 }, { item: 7 }]), target: 1, history: [0] };
    expect(rating.make(input, contextOf(), options, streamsOf())).toEqual({ skip: "no rating" });
  });

  it("refuses recipe keys it does not know", () => {
    expect(ratingOptions.safeParse({ type: "rating", n: 3 }).success).toBe(false);
  });
});

describe("readRating", () => {
  it.each([
    ["4", 4],
    [" 4.0\n", 4],
    ["4/5", 4],
    ["별점: ４점", 4],
    ["3.5", 3.5],
    ["3,5 stars", 3.5],
    ["I think Tenet (2020) deserves a 5.", 5],
  ])("reads %j", (text, value) => {
    expect(readRating(text, [1, 2, 3, 3.5, 4, 5])).toEqual({ outcome: "ok", items: [], value });
  });

  it.each([
    ["", "empty"],
    ["great", "no number"],
    ["10", "number off the scale"],
    ["4.7", "number off the scale"],
  ])("does not read %j", (text, reason) => {
    expect(readRating(text, [1, 2, 3, 4, 5])).toEqual({ outcome: "malformed", reason });
  });
});
