import fc from "fast-check";
import { expect, it } from "vitest";
import { nameItem, showHistory, showItem } from "../../../../src/dataset/task/shown.ts";
import { listBehind, startInList } from "../../../../src/dataset/template/record-number.ts";
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

it("shows any rows of any timelines, in any order, whatever was shown before", () => {
  const context = contextOf({ show: "title+rating", scale: [1, 2, 3] });
  const ratings = [1, 2, 3, 2.5];
  const rows = Array.from({ length: 90 }, (_, i) => ({ item: i % 9, rating: ratings[i % 4]! }));
  const timelines = [timelineOf(rows, "u1"), timelineOf(rows.toReversed(), "u2")];
  const piece = fc
    .tuple(fc.nat(89), fc.integer({ min: 1, max: 12 }))
    .map(([from, n]) => Array.from({ length: Math.min(n, 90 - from) }, (_, i) => from + i));
  const anyRows = fc.array(fc.nat(89), { maxLength: 12 });
  const asked = fc.tuple(fc.nat(1), fc.oneof(piece, anyRows));
  const lineOf = (user: number, row: number): string => {
    const { batch } = timelines[user]!;
    return `${nameItem(context.catalog, batch.item[row]!, "en", "title")} ${batch.rating[row]!}`;
  };
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 20 }), (all) => {
      for (const [user, history] of all) {
        const shown = showHistory({ timeline: timelines[user]!, target: 0, history }, context);
        expect(shown.map(({ line }) => line)).toEqual(history.map((row) => lineOf(user, row)));
        const list = listBehind(shown);
        const from = startInList(shown);
        if (list) expect(list.records.slice(from, from + shown.length)).toEqual([...shown]);
      }
    }),
  );
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
  expect(showItem(0, contextOf({ catalog }))).toMatchObject({
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
