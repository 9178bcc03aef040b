import { expect, it } from "vitest";
import { nameItem, showHistory, showItem } from "../../../../src/dataset/task/shown.ts";
import { catalogOf, contextOf, timelineOf } from "../small-log.ts";

const input = {
  timeline: timelineOf([{ item: 5, rating: 4.5 }, { item: 8 }, { item: 7 }]),
  target: 2,
  history: [0, 1],
};

it.each([
  ["title", ["The Matrix (1999)", "Watchmen (2009)"], [null, null]],
  ["title+rating", ["The Matrix (1999) 4.5", "Watchmen (2009)"], [4.5, null]],
  ["ids", ["matrix", "watchmen"], [null, null]],
  ["title+id", ["The Matrix (1999) [matrix]", "Watchmen (2009) [watchmen]"], [null, null]],
] as const)("shows %s", (show, lines, ratings) => {
  const rows = showHistory(input, contextOf({ show }));
  expect(rows.map((row) => row.line)).toEqual(lines);
  expect(rows.map((row) => row.rating)).toEqual(ratings);
});

it("falls back to the main title where a language has none", () => {
  const context = contextOf({ lang: "ko", show: "title" });
  expect(showHistory(input, context).map((row) => row.title)).toEqual([
    "매트릭스 (1999)",
    "Watchmen (2009)",
  ]);
});

it("gives an unknown year as nothing", () => {
  const catalog = catalogOf([["a", "A", null, 0, []]]);
  expect(showItem(0, contextOf({ catalog }))).toEqual({
    title: "A",
    id: "a",
    year: null,
    genres: [],
  });
});

it("does not let a title pass for several lines", () => {
  const catalog = catalogOf([["a", "A 5\r\n\nTenet\u2028 5", null, 0, []]]);
  expect(nameItem(catalog, 0, "en", "title")).toBe("A 5 Tenet 5");
});
