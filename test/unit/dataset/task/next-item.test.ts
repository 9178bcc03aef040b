import { describe, expect, it } from "vitest";
import { nextItem, nextItemOptions } from "../../../../src/dataset/task/next-item.ts";
import { catalogOf, contextOf, streamsOf, timelineOf } from "../small-log.ts";

it("asks for the target's title and counts on from the history", () => {
  const timeline = timelineOf([{ item: 5, rating: 5 }, { item: 2 }, { item: 7 }]);
  const input = { timeline, target: 2, history: [0, 1] };
  const options = nextItemOptions.parse({ type: "next-item" });
  expect(nextItem.make(input, contextOf(), options, streamsOf())).toMatchObject({
    label: "tenet",
    candidates: null,
    source: "log",
    variables: { position: 3, target: { title: "Tenet (2020)" } },
  });
});

it("reads any title of the catalog, whatever candidates are at hand", () => {
  const context = { catalog: catalogOf(), lang: "en" as const, scale: [], candidates: ["joker"] };
  expect(nextItem.parse("Tenet (2020)", context)).toMatchObject({ items: ["tenet"] });
});

describe("negatives", () => {
  const timeline = timelineOf([
    { item: 5, rating: 5 },
    { item: 0, rating: 1 },
    { item: 7, rating: 4 },
  ]);
  const input = { timeline, target: 2, history: [0, 1] };
  const negativesOf = (negatives: object | null): number[] | undefined => {
    const options = nextItemOptions.parse({ type: "next-item", negatives });
    const draft = nextItem.make(input, contextOf(), options, streamsOf());
    if ("skip" in draft) throw new Error(draft.skip);
    expect(JSON.stringify(draft.variables)).not.toContain("Joker");
    return draft.negatives && Array.from(draft.negatives);
  };

  it("are left out unless asked for", () => {
    expect(negativesOf(null)).toBeUndefined();
  });

  it("are as many unseen items as asked for", () => {
    const drawn = negativesOf({ n: 4 })!;
    expect(new Set(drawn).size).toBe(4);
    for (const seen of [5, 0, 7]) expect(drawn).not.toContain(seen);
  });

  it("are what the user disliked before", () => {
    expect(negativesOf({ from: "disliked", n: 4 })).toEqual([0]);
  });
});
