// Columns that a recipe names, or that were guessed, to interactions, items and reviews: the same for every format of
// tables. A field is the text of a cell, "" where the cell is empty.

import { parseNumber } from "./parse-field.ts";
import type { LogColumns, LogRecipe } from "./recipe.ts";
import type { LogSink, RejectReason } from "./types.ts";

/** Finds a column by name: its position among the fields, or a UsageError. `key` is the recipe path of the name. */
export type Header = { position(column: string, key: string): number };
/** Takes one record; answers why it cannot be used, or null. */
export type TakeRecord = (fields: string[], line: number) => RejectReason | null;
export type OpenTable = (header: Header) => TakeRecord;

export function openInteractions(
  header: Header,
  columns: LogColumns["interactions"],
  shared: { feedback: LogRecipe["feedback"]; readTime: (text: string) => number | null },
  sink: LogSink,
): TakeRecord {
  const at = (key: "user" | "item" | "rating" | "time" | "event"): number => {
    const name = columns[key];
    return name === undefined ? -1 : header.position(name, `log.columns.interactions.${key}`);
  };
  const [user, item, rating, time, event] = [
    at("user"),
    at("item"),
    at("rating"),
    at("time"),
    at("event"),
  ];
  const { feedback, readTime } = shared;
  // A log repeats few distinct ratings: parsed once each.
  const ratings = new Map<string, number | null>();
  const ratingOf = (text: string): number | null => {
    let value = ratings.get(text);
    if (value === undefined) {
      value = parseNumber(text.trim());
      if (ratings.size < 1000) ratings.set(text, value);
    }
    return value;
  };
  return (fields) => {
    const userId = fields[user]!;
    const itemId = fields[item]!;
    if (userId.trim() === "") return "missing-user";
    if (itemId.trim() === "") return "missing-item";
    let seconds: number | null = null;
    if (time >= 0) {
      const text = fields[time]!.trim();
      if (text === "") return "missing-time";
      seconds = readTime(text);
      if (seconds === null) return "bad-time";
    }
    let value: number | null = null;
    if (rating >= 0) {
      const text = fields[rating]!;
      if (text.trim() === "")
        sink.note("rating-empty", "interactions without a rating are kept, unrated");
      else {
        value = ratingOf(text);
        if (value === null) return "bad-rating";
      }
    } else if (event >= 0 && feedback !== null) {
      const name = fields[event]!;
      // "constructor" is no weight, though every object has one.
      if (!Object.hasOwn(feedback, name)) return "unknown-event";
      value = feedback[name]!;
    }
    sink.interaction(userId, itemId, seconds, value);
    return null;
  };
}

/** Positions of text columns by language; "" where the recipe names no language. */
function textPositions(
  header: Header,
  texts: string | Record<string, string>,
  key: string,
): [string, number][] {
  if (typeof texts === "string") return [["", header.position(texts, key)]];
  return Object.entries(texts).map(([lang, name]) => [
    lang,
    header.position(name, `${key}.${lang}`),
  ]);
}

export function openItems(
  header: Header,
  columns: NonNullable<LogColumns["items"]>,
  sink: LogSink,
): TakeRecord {
  const at = (name: string | undefined, key: string): number =>
    name === undefined ? -1 : header.position(name, `log.columns.items.${key}`);
  const id = at(columns.id, "id");
  const titles = textPositions(header, columns.title, "log.columns.items.title");
  const [year, genres, text] = [
    at(columns.year, "year"),
    at(columns.genres, "genres"),
    at(columns.text, "text"),
  ];
  return (fields) => {
    const itemId = fields[id]!;
    if (itemId.trim() === "") return "missing-item";
    const byLang = titles
      .map(([lang, position]) => [lang, fields[position]!.trim()] as const)
      .filter(([, title]) => title !== "");
    const yearText = year < 0 ? "" : fields[year]!.trim();
    const yearNumber = /^\d{1,4}$/.test(yearText) ? Number(yearText) : null;
    if (yearText !== "" && yearNumber === null)
      sink.note("year-unreadable", "items whose year is not a number");
    sink.item({
      id: itemId,
      title: byLang[0]?.[1] ?? null,
      titles: Object.fromEntries(byLang.filter(([lang]) => lang !== "")),
      year: yearNumber,
      genres: genres < 0 ? [] : splitGenres(fields[genres]!, columns.genreSeparator),
      text: text < 0 || fields[text]!.trim() === "" ? null : fields[text]!,
    });
    return null;
  };
}

/** Genres of a field; "(no genres listed)", as MovieLens writes it, is none. */
export function splitGenres(field: string, separator: string): string[] {
  const genres = field.split(separator).map((g) => g.trim());
  return genres.filter((g) => g !== "" && g !== "(no genres listed)");
}

export function openReviews(
  header: Header,
  columns: NonNullable<LogColumns["reviews"]>,
  sink: LogSink,
): TakeRecord {
  const user = header.position(columns.user, "log.columns.reviews.user");
  const item = header.position(columns.item, "log.columns.reviews.item");
  const texts = textPositions(header, columns.text, "log.columns.reviews.text");
  return (fields) => {
    if (fields[user]!.trim() === "") return "missing-user";
    if (fields[item]!.trim() === "") return "missing-item";
    for (const [lang, position] of texts) {
      if (fields[position]!.trim() !== "")
        sink.review(fields[user]!, fields[item]!, lang, fields[position]!);
    }
    return null;
  };
}
