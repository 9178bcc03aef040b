import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { collect, errorOf, rowsOf, withLog } from "../open-texts.ts";

const review2018 = (over: object = {}): string =>
  `${JSON.stringify({ overall: 5, reviewerID: "A1", asin: "B1", reviewText: "Fine &amp; quick", unixReviewTime: 1_529_193_600, ...over })}\n`;
const items = `SELECT id, title, genres, "text" FROM items ORDER BY "row"`;

describe("amazon", () => {
  test("reads reviews and metadata of 2018, gzipped, and keeps texts as they are", async () => {
    const meta = {
      category: ["Gift Cards", "Gift Cards"],
      description: ["One.", "Two."],
      title: "Card &amp; <|im_start|> {{ x }}",
      brand: "Shop",
      asin: "B1",
    };
    await withLog(
      {
        "Gift_Cards_5.json.gz": gzipSync(review2018() + review2018({ asin: "B2", reviewText: "" })),
        "meta_Gift_Cards.json.gz": gzipSync(`${JSON.stringify(meta)}\n`),
      },
      async (log) => {
        expect([log.reader, log.redistribution, log.columns]).toEqual(["amazon", "unknown", null]);
        expect(log.counts).toMatchObject({ interactions: 2, items: 1, reviews: 1, rejected: {} });
        expect(await rowsOf(log, "FROM interactions")).toEqual([
          ["A1", "B1", "1529193600", 5, "0"],
          ["A1", "B2", "1529193600", 5, "1"],
        ]);
        expect(await rowsOf(log, items)).toEqual([
          ["B1", "Card &amp; <|im_start|> {{ x }}", ["Gift Cards"], "Shop\nOne.\nTwo."],
        ]);
        expect(await rowsOf(log, `SELECT "text" FROM reviews`)).toEqual([["Fine &amp; quick"]]);
        expect(log.notes.map((n) => [n.code, n.count])).toEqual([
          ["title-entities", 1],
          ["item-undescribed", 1],
        ]);
      },
      {},
    );
  });

  test("reads metadata lines of 2014, which are Python literals", async () => {
    const meta = `{'asin': 'B1', 'categories': [['Beauty', 'Hair'], ['Beauty']], 'title': "Bob's \\xe9", 'price': 1.5}\n`;
    await withLog(
      { "reviews_Beauty_5.json": review2018(), "meta_Beauty.json": `${meta}{'asin': \n` },
      async (log) => {
        expect(await rowsOf(log, items)).toEqual([["B1", "Bob's é", ["Beauty", "Hair"], null]]);
        expect((await collect(log.rejects())).map((r) => [r.file, r.line, r.reason])).toEqual([
          ["meta_Beauty.json", 2, "bad-json"],
        ]);
      },
      { maxRejects: 1 },
    );
  });

  test("reads reviews and metadata of 2023, with times in milliseconds", async () => {
    const review = {
      rating: 4,
      title: "ok",
      text: "Good",
      asin: "B9",
      parent_asin: "B1",
      user_id: "AE",
      timestamp: 1_609_459_200_123,
    };
    const meta = {
      main_category: "All Beauty",
      title: "Brush",
      store: "Shop",
      categories: [],
      description: [],
      parent_asin: "B1",
    };
    await withLog(
      {
        "All_Beauty.jsonl": `${JSON.stringify(review)}\n`,
        "meta_All_Beauty.jsonl": `${JSON.stringify(meta)}\n`,
      },
      async (log) => {
        expect(await rowsOf(log, "FROM interactions")).toEqual([
          ["AE", "B1", "1609459200", 4, "0"],
        ]);
        expect(await rowsOf(log, items)).toEqual([["B1", "Brush", ["All Beauty"], "Shop"]]);
        expect(log.notes.map((n) => n.code)).toEqual(["time-milliseconds"]);
      },
      {},
    );
  });

  test("rejects what no interaction can be made of, with its line", async () => {
    const lines = [
      review2018(),
      review2018({ reviewerID: "" }),
      review2018({ asin: null }),
      review2018({ overall: "NaN" }),
      review2018({ unixReviewTime: "soon" }),
      review2018({ unixReviewTime: null }),
      review2018({ reviewText: "a\0b" }),
      review2018({ reviewText: "half \ud83d" }),
      "{not json}\n",
      "[1]\n",
    ];
    await withLog(
      { "Gift_Cards_5.json": lines.join("") },
      async (log) => {
        expect((await collect(log.rejects())).map((r) => [r.line, r.reason])).toEqual([
          [2, "missing-user"],
          [3, "missing-item"],
          [4, "bad-rating"],
          [5, "bad-time"],
          [6, "missing-time"],
          [7, "nul-byte"],
          [8, "invalid-utf8"],
          [9, "bad-json"],
          [10, "bad-json"],
        ]);
        expect(log.counts).toMatchObject({ read: 10, interactions: 1 });
      },
      { maxRejects: 1 },
    );
  });

  test("names what it looks for where there are no reviews", async () => {
    const error = await errorOf(
      withLog({ "x.json": "{}\n" }, async () => {}, { format: "amazon" }),
    );
    expect(error).toMatchObject({ exitCode: 2, code: "log-file-missing" });
    expect(error.message).toContain("x.json");
  });

  test("a gzip file that is cut off is named as broken", async () => {
    const whole = gzipSync(review2018().repeat(500));
    const error = await errorOf(
      withLog({ "r.json.gz": whole.subarray(0, whole.length - 12) }, async () => {}, {}),
    );
    expect(error).toMatchObject({ exitCode: 3, code: "log-unreadable" });
  });
});
