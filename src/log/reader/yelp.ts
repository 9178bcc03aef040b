// The Yelp Open Dataset (business.yelp.com/data/resources/open-dataset): review.json and business.json, one object a
// line. Its other files are not read.

import { UsageError } from "../../base/errors.ts";
import { listNames } from "./locate-log.ts";
import type { JsonObject } from "./read-json-rows.ts";
import { takeItems, takeReviews, textAt } from "./take-json.ts";
import type { ItemRecord, LogFile, LogReader } from "./types.ts";

const has = (file: LogFile, ...keys: string[]): boolean =>
  file.head.startsWith("{") && keys.every((key) => file.head.includes(`"${key}"`));

const isReviews = (file: LogFile): boolean =>
  has(file, "review_id", "user_id", "business_id", "stars");
const isItems = (file: LogFile): boolean =>
  has(file, "business_id", "name") && !has(file, "review_id");

export const yelpReader: LogReader = {
  name: "yelp",
  detect: (files) => (files.some(isReviews) ? 1 : 0),
  async read(options, sink) {
    const reviews = options.files.filter(isReviews);
    const items = options.files.filter(isItems);
    if (reviews.length === 0) {
      throw new UsageError("no review file of Yelp in the log", {
        code: "log-file-missing",
        where: "log.path",
        next: `It has review_id, user_id, business_id and stars. Files there: ${listNames(options.files.map((f) => f.name))}`,
      });
    }
    const keys = {
      user: "user_id",
      item: "business_id",
      rating: "stars",
      time: "date",
      text: "text",
    };
    await takeReviews(reviews, options, sink, () => keys);
    await takeItems(items, options, sink, itemOf);
    return {
      read: [...reviews, ...items].map((file) => file.name),
      license:
        "Yelp Open Dataset: academic and personal use under its terms; may not be redistributed",
      redistribution: "forbidden",
      hasTime: true,
      hasRating: true,
      columns: null,
    };
  },
};

function itemOf(business: JsonObject): ItemRecord | null {
  const id = textAt(business, "business_id");
  if (id.trim() === "") return null;
  const genres = textAt(business, "categories").split(",");
  const place = ["city", "state"].map((key) => textAt(business, key).trim());
  return {
    id,
    title: textAt(business, "name").trim() || null,
    titles: {},
    year: null,
    genres: genres.map((genre) => genre.trim()).filter((genre) => genre !== ""),
    text: place.filter((part) => part !== "").join(", ") || null,
  };
}
