// Amazon reviews as published in 2014 (McAuley et al. 2015, doi:10.1145/2766462.2767755), 2018 (Ni et al. 2019,
// doi:10.18653/v1/D19-1018) and 2023 (Hou et al. 2024, arXiv:2403.03952): review lines in JSON, metadata lines in JSON
// or, in 2014, as Python literals. Titles and texts stay as the files have them, HTML entities included.

import { UsageError } from "../../base/errors.ts";
import { listNames } from "./locate-log.ts";
import { parseJson, type JsonObject } from "./read-json-rows.ts";
import { readPythonLiteral } from "./read-python-literal.ts";
import { listAt, takeItems, takeReviews, textAt, type ReviewKeys } from "./take-json.ts";
import type { ItemRecord, LogFile, LogReader } from "./types.ts";

const has = (file: LogFile, key: string): boolean =>
  file.head.includes(`"${key}"`) || file.head.includes(`'${key}'`);

const isReviews = (file: LogFile): boolean =>
  file.head.startsWith("{") &&
  ((has(file, "reviewerID") && has(file, "asin")) ||
    (has(file, "user_id") && has(file, "parent_asin")));

const isItems = (file: LogFile): boolean =>
  file.head.startsWith("{") &&
  !isReviews(file) &&
  (/^meta[_-]/i.test(file.name) ||
    has(file, "asin") ||
    has(file, "parent_asin") ||
    has(file, "main_category"));

const keys2018: ReviewKeys = {
  user: "reviewerID",
  item: "asin",
  rating: "overall",
  time: "unixReviewTime",
  text: "reviewText",
};
const keys2023: ReviewKeys = {
  user: "user_id",
  item: "parent_asin",
  rating: "rating",
  time: "timestamp",
  text: "text",
};

export const amazonReader: LogReader = {
  name: "amazon",
  detect: (files) => (files.some(isReviews) ? 1 : 0),
  async read(options, sink) {
    const reviews = options.files.filter(isReviews);
    const items = options.files.filter(isItems);
    if (reviews.length === 0) {
      throw new UsageError("no file of Amazon reviews in the log", {
        code: "log-file-missing",
        where: "log.path",
        next: `Reviews have reviewerID and asin (2014, 2018) or user_id and parent_asin (2023). Files there: ${listNames(options.files.map((f) => f.name))}`,
      });
    }
    await takeReviews(reviews, options, sink, (object) =>
      Object.hasOwn(object, "reviewerID") ? keys2018 : keys2023,
    );
    await takeItems(items, options, sink, itemOf, parseMetadata);
    return {
      read: [...reviews, ...items].map((file) => file.name),
      license: "Amazon reviews: published for research; the data set's page states its terms",
      redistribution: "unknown",
      hasTime: true,
      hasRating: true,
      columns: null,
    };
  },
};

function itemOf(meta: JsonObject): ItemRecord | null {
  const id = textAt(meta, "parent_asin") || textAt(meta, "asin");
  if (id.trim() === "") return null;
  const key = ["categories", "category"].find((name) => listAt(meta, name).length > 0);
  const genres = key === undefined ? listAt(meta, "main_category") : listAt(meta, key);
  const description = listAt(meta, "description").join("\n");
  const brand = (textAt(meta, "brand") || textAt(meta, "store")).trim();
  return {
    id,
    title: textAt(meta, "title").trim() || null,
    titles: {},
    year: null,
    genres,
    text: [brand, description].filter((part) => part !== "").join("\n") || null,
  };
}

/** JSON, or the Python literal of the data sets of 2014. */
function parseMetadata(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!/^\{\s*u?['"}]/.test(text)) throw error;
    return readPythonLiteral(text);
  }
}
