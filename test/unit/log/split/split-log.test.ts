import { describe, expect, test } from "vitest";
import { loadCatalogData } from "../../../../src/log/split/load-catalog-data.ts";
import { errorOf, openTiny, plainColumns, rowsOf, split, withLog } from "../open-texts.ts";

const rowsBySplit = `SELECT "user", item, split, "row" FROM timelines`;

describe("splitLog, leave-one-out", () => {
  test("takes the last row as test and the one before as validation; ties keep input order", async () => {
    const log = await openTiny();
    const result = await split(log, { minUser: 0 });
    expect(await rowsOf(log, rowsBySplit)).toEqual([
      ["ann", "f1", 0, "0"],
      ["ann", "f2", 0, "1"],
      ["ann", "f3", 0, "2"],
      ["ann", "f4", 1, "3"],
      ["ann", "f5", 2, "4"],
      ["bob", "f2", 0, "6"],
      ["bob", "f3", 0, "7"],
      ["bob", "f4", 0, "8"],
      ["bob", "f6", 1, "9"],
      ["bob", "f1", 2, "10"],
      ["cho", "f2", 0, "11"],
      ["cho", "f9", 0, "12"],
    ]);
    expect(result.counts).toEqual({
      users: 3,
      items: 7,
      interactions: 12,
      perSplit: { train: 8, validation: 2, test: 2 },
    });
    expect(result.dropped).toEqual({ repeat: 1 });
    expect(result.tieShare).toBeCloseTo(1 / 3, 12);
    expect(result.scale).toEqual([1, 2, 3, 3.5, 4, 5]);
    log.close();
  });

  test("falls back to input order without time", async () => {
    const interactions = { file: "ratings.csv", user: "user", item: "item" };
    await withLog(
      { "ratings.csv": "user,item\na,3\na,1\na,2\n" },
      async (log) => {
        const result = await split(log, { minUser: 0 });
        expect(await rowsOf(log, rowsBySplit)).toEqual([
          ["a", "3", 0, "0"],
          ["a", "1", 1, "1"],
          ["a", "2", 2, "2"],
        ]);
        expect([result.tieShare, result.scale]).toEqual([null, []]);
        for (const filter of [{ since: 1 }, { until: 1 }, { minRating: 1 }]) {
          expect(await errorOf(split(log, filter))).toMatchObject({
            exitCode: 2,
            code: "filter-column-missing",
          });
        }
      },
      { columns: { interactions } },
    );
  });

  test("orders users and items by code point", async () => {
    // U+FF5E sorts before U+1F600, although its UTF-16 unit is greater than the emoji's first.
    const text =
      "user,item,rating,time\n😀,😀,1,1\n\uff5e,\uff5e,1,1\nZ,é,1,1\na,z,1,1\n가,가,1,1\n";
    await withLog(
      { "ratings.csv": text },
      async (log) => {
        const result = await split(log, { minUser: 0 });
        const users = await rowsOf(log, `SELECT "user" FROM timelines`);
        expect(users.flat()).toEqual(["Z", "a", "가", "\uff5e", "😀"]);
        expect((await loadCatalogData(result)).ids).toEqual(["z", "é", "가", "\uff5e", "😀"]);
      },
      { columns: plainColumns },
    );
  });
});

test("loadCatalogData holds the kept items, with titles by language and train counts", async () => {
  const log = await openTiny();
  const catalog = await loadCatalogData(await split(log, { minUser: 0 }));
  expect(catalog.ids).toEqual(["f1", "f2", "f3", "f4", "f5", "f6", "f9"]);
  expect(catalog.title[6]).toBe("f9");
  expect(catalog.titles).toEqual({
    en: [
      "Quiet, The Harbour",
      "Paper Lanterns",
      "Northbound",
      "Salt <b>&</b> Smoke",
      "Paper Lanterns",
      "=SUM(A1)",
      null,
    ],
    ko: ["고요한 항구", "종이 등불", null, "소금과 연기", "종이 등불", "합계", null],
  });
  expect([...catalog.year]).toEqual([1999, 2004, 2010, 1987, 1978, 2015, 0]);
  expect(catalog.genres[0]).toEqual(["Drama", "Mystery"]);
  expect(catalog.text[1]).toBeNull();
  expect([...catalog.trainCount]).toEqual([1, 3, 2, 1, 0, 0, 1]);
  log.close();
});
