import { expect, test } from "vitest";
import { rowsOf, withLog } from "../open-texts.ts";

const review = {
  review_id: "r1",
  user_id: "u1",
  business_id: "b1",
  stars: 4,
  useful: 0,
  text: "Nice\nplace",
  date: "2018-07-07 22:09:11",
};
const business = {
  business_id: "b1",
  name: "Café Ü",
  city: "Tucson",
  state: "AZ",
  stars: 4.5,
  categories: "Coffee & Tea, Food",
};
const line = (value: object): string => `${JSON.stringify(value)}\n`;

test("yelp reads reviews and businesses, and leaves its other files", async () => {
  await withLog(
    {
      "yelp_academic_dataset_review.json": line(review),
      "yelp_academic_dataset_business.json":
        line(business) + line({ ...business, business_id: "b2", categories: null, name: "" }),
      "yelp_academic_dataset_user.json": line({ user_id: "u1", name: "A" }),
    },
    async (log) => {
      expect([log.reader, log.redistribution]).toEqual(["yelp", "forbidden"]);
      expect(log.inputs.map((i) => i.file)).toEqual([
        "yelp_academic_dataset_business.json",
        "yelp_academic_dataset_review.json",
      ]);
      // 2018-07-07 22:09:11 UTC by `date -u -d @1531001351`.
      expect(await rowsOf(log, "FROM interactions")).toEqual([["u1", "b1", "1531001351", 4, "0"]]);
      expect(await rowsOf(log, `SELECT id, title, genres, "text" FROM items`)).toEqual([
        ["b1", "Café Ü", ["Coffee & Tea", "Food"], "Tucson, AZ"],
        ["b2", null, [], "Tucson, AZ"],
      ]);
      expect(await rowsOf(log, `SELECT "text" FROM reviews`)).toEqual([["Nice\nplace"]]);
      expect(log.notes.map((n) => n.code)).toEqual(["item-untitled"]);
    },
    {},
  );
});
