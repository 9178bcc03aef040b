import { describe, expect, it } from "vitest";
import {
  preference,
  preferenceOptions,
  readYesNo,
} from "../../../../src/dataset/task/preference.ts";
import { contextOf, streamsOf, timelineOf } from "../small-log.ts";

type Options = Parameters<typeof preferenceOptions.parse>[0];

function make(ratings: (number | undefined)[], options: object = {}, likedFrom = 4) {
  const timeline = timelineOf(
    ratings.map((rating, item) => (rating === undefined ? { item } : { item, rating })),
  );
  const history = [...ratings.keys()].slice(0, -1);
  const parsed = preferenceOptions.parse({ type: "preference", ...options } as Options);
  const input = { timeline, target: ratings.length - 1, history };
  const draft = preference.make(input, contextOf({ likedFrom }), parsed, streamsOf());
  if ("skip" in draft) return draft.skip;
  const titles = (name: string): string[] =>
    (draft.variables[name] as { title: string }[]).map(({ title }) => title.split(" ")[0]!);
  return {
    label: draft.label,
    likes: draft.variables["likes"],
    liked: titles("liked"),
    disliked: titles("disliked"),
    shown: titles("history").length,
  };
}

describe("preference", () => {
  it("parts the history by the threshold, and asks on which side the target lies", () => {
    expect(make([5, 3, 4, 4])).toEqual({
      label: "yes",
      likes: true,
      liked: ["Barbie", "Inception"],
      disliked: ["The"],
      shown: 3,
    });
    expect(make([5, 3, 3])).toMatchObject({ label: "no", likes: false });
  });

  it("takes the threshold from the task, the user's mean, or the log", () => {
    expect(make([5, 3, 3], { likedFrom: 3 })).toMatchObject({ label: "yes", disliked: [] });
    expect(make([2, 1, 1.5], { likedFrom: "mean" })).toMatchObject({ label: "yes" });
    expect(make([2, 1, 1.4], { likedFrom: "mean" })).toMatchObject({ label: "no" });
    expect(make([5, 3, 3], {}, 3)).toMatchObject({ label: "yes" });
  });

  it("leaves out the middle", () => {
    const options = { likedFrom: 4, dislikedUpTo: 2 };
    expect(make([5, 3, 2, 1], options)).toMatchObject({
      label: "no",
      liked: ["Barbie"],
      disliked: ["Inception"],
      shown: 3,
    });
    expect(make([5, 3, 3], options)).toBe("neither liked nor disliked");
  });

  it("counts rows without a rating as liked, and asks for none of them", () => {
    expect(make([undefined, 4])).toMatchObject({ liked: ["Barbie"], disliked: [] });
    expect(make([5, undefined])).toBe("no rating");
  });
});

describe("readYesNo", () => {
  it.each([
    ["Yes", 1],
    ["yes.", 1],
    [" No!\n", 0],
    ["Answer: NO", 0],
    ["예", 1],
    ["네, 좋아할 거예요.", 1],
    ["아니요", 0],
    ["아니오.", 0],
  ])("reads %j", (text, value) => {
    expect(readYesNo(text)).toEqual({ outcome: "ok", items: [], value });
  });

  it.each([
    ["", "empty"],
    ["Maybe", "neither yes nor no"],
    ["Nothing", "neither yes nor no"],
    ["예매", "neither yes nor no"],
  ])("does not read %j", (text, reason) => {
    expect(readYesNo(text)).toEqual({ outcome: "malformed", reason });
  });
});
