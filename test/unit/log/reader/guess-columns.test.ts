import { describe, expect, test } from "vitest";
import { guessColumns } from "../../../../src/log/reader/guess-columns.ts";

describe("guessColumns", () => {
  test.each([
    [
      "userId,movieId,rating,timestamp",
      { user: "userId", item: "movieId", rating: "rating", time: "timestamp" },
    ],
    ["uid,asin,stars,date", { user: "uid", item: "asin", rating: "stars", time: "date" }],
    ["User-ID,ISBN,Book-Rating", { user: "User-ID", item: "ISBN", rating: "Book-Rating" }],
    [
      "visitorid,itemid,event,timestamp",
      { user: "visitorid", item: "itemid", event: "event", time: "timestamp" },
    ],
  ])("%s", (header, expected) => {
    const guess = guessColumns([{ name: "a.csv", columns: header.split(",") }]);
    expect(guess).toEqual({ interactions: { file: "a.csv", ...expected } });
  });

  test("none without a user and an item", () => {
    expect(guessColumns([{ name: "a.csv", columns: ["a", "b"] }])).toBeNull();
    expect(guessColumns([])).toBeNull();
  });

  test("takes part files of the same columns by one pattern that matches no other file", () => {
    const columns = ["user", "item"];
    const part = (name: string) => ({ name, columns });
    expect(guessColumns([part("p-0.csv"), part("p-1.csv")])?.interactions.file).toBe("p-*.csv");
    const odd = { name: "p-x.csv", columns: ["z"] };
    expect(guessColumns([part("p-0.csv"), part("p-1.csv"), odd])?.interactions.file).toBe(
      "p-0.csv",
    );
  });

  test("finds items, and reviews in the interactions' own file", () => {
    expect(
      guessColumns([
        { name: "log.csv", columns: ["user", "item", "rating", "review_text"] },
        { name: "items.csv", columns: ["item", "name", "genre"] },
      ]),
    ).toEqual({
      interactions: { file: "log.csv", user: "user", item: "item", rating: "rating" },
      items: { file: "items.csv", id: "item", title: "name", genres: "genre", genreSeparator: "|" },
      reviews: { file: "log.csv", user: "user", item: "item", text: "review_text" },
    });
  });
});
