import { describe, expect, it } from "vitest";
import { explanation, explanationOptions } from "../../../../src/dataset/task/explanation.ts";
import { contextOf, streamsOf, timelineOf, type Row } from "../small-log.ts";
import type { TaskContext } from "../../../../src/dataset/task/types.ts";

const history: Row[] = [
  { item: 5, rating: 5 },
  { item: 0, rating: 2 },
  { item: 2, rating: 4 },
];

function make(
  target: Row,
  reference = "auto",
  overrides: Partial<TaskContext> = {},
  past = history,
) {
  const timeline = timelineOf([...past, target]);
  const input = { timeline, target: past.length, history: past.map((_, i) => i) };
  const options = explanationOptions.parse({ type: "explanation", reference });
  return explanation.make(input, contextOf(overrides), options, streamsOf());
}

describe("explanation", () => {
  it("takes the user's own review in the prompt's language", () => {
    const target = {
      item: 7,
      rating: 5,
      review: "The thriller tension held me.",
      ko: "스릴러의 긴장감이 아주 좋았어요.",
    };
    expect(make(target)).toMatchObject({
      source: "review",
      label: null,
      variables: { review: target.review },
    });
    expect(make(target, "review", { lang: "ko" })).toMatchObject({
      variables: { review: target.ko },
    });
  });

  it("shows no review anywhere but in the answer", () => {
    const review = "The thriller tension held me.";
    const draft = make({ item: 7, rating: 5, review });
    if ("skip" in draft) throw new Error(draft.skip);
    const { review: answer, ...prompt } = draft.variables;
    expect(answer).toBe(review);
    expect(JSON.stringify(prompt)).not.toContain("tension");
  });

  it("names liked items and genres that they share with the target", () => {
    expect(make({ item: 7, rating: 5 })).toMatchObject({
      source: "metadata",
      variables: {
        review: null,
        because: ["Inception (2010)", "The Matrix (1999)"],
        shared: ["Action", "Sci-Fi"],
      },
    });
  });

  it("falls back to metadata only where the recipe lets it", () => {
    expect(make({ item: 7, rating: 5, review: "Good." })).toMatchObject({ source: "metadata" });
    expect(make({ item: 7, rating: 5 }, "review")).toEqual({ skip: "no usable review" });
    const reviewed = { item: 7, rating: 5, review: "The thriller tension held me." };
    expect(make(reviewed, "metadata")).toMatchObject({ source: "metadata" });
  });

  it("explains liked targets only; without a rating every target counts", () => {
    expect(make({ item: 7, rating: 3 })).toEqual({ skip: "not liked" });
    expect(make({ item: 7 })).toMatchObject({ source: "metadata" });
  });

  it("never gives a disliked item as a reason", () => {
    // Barbie (2 of 5) is the only one that shares Comedy.
    const skip = "nothing shared with the liked history";
    expect(make({ item: 0, rating: 5 }, "metadata", {}, [{ item: 6, rating: 5 }])).toEqual({
      skip,
    });
    const past = [
      { item: 1, rating: 1 },
      { item: 6, rating: 5 },
    ];
    expect(make({ item: 2, rating: 5 }, "metadata", {}, past)).toEqual({ skip });
  });

  it("takes any answer with text in it", () => {
    const context = {
      catalog: contextOf().catalog,
      lang: "en" as const,
      scale: [],
      candidates: null,
    };
    expect(explanation.parse("Because.", context).outcome).toBe("ok");
    expect(explanation.parse(" \n", context)).toEqual({ outcome: "malformed", reason: "empty" });
  });
});
