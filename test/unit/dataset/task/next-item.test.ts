import { expect, it } from "vitest";
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
