// What the readers of published JSON lines (Amazon, Yelp) have in common: a review object gives an interaction and its
// text, an item object gives an item; both refuse what no id, rating or time can be read from.

import { parseNumber, textFault } from "./parse-field.ts";
import { cellText, readJsonLines, type JsonObject } from "./read-json-rows.ts";
import { makeTimeReader } from "./read-times.ts";
import type { ItemRecord, LogFile, LogSink, ReadOptions, RejectReason } from "./types.ts";

export type ReviewKeys = { user: string; item: string; rating: string; time: string; text: string };

/** Text of a key: "" where the object lacks it. */
export const textAt = (object: JsonObject, key: string): string =>
  Object.hasOwn(object, key) ? cellText(object[key], "\n") : "";

/** A list of texts from a text, a list, or lists of lists; without doubles and blanks. */
export function listAt(object: JsonObject, key: string): string[] {
  const value = Object.hasOwn(object, key) ? object[key] : null;
  const flat = (Array.isArray(value) ? value.flat(2) : [value]) as unknown[];
  return [...new Set(flat.map((member) => cellText(member, " ").trim()))].filter((t) => t !== "");
}

/** Reads review files in order; `keysOf` says how an object calls its parts. */
export async function takeReviews(
  files: LogFile[],
  options: ReadOptions,
  sink: LogSink,
  keysOf: (object: JsonObject) => ReviewKeys,
): Promise<void> {
  const readTime = makeTimeReader(sink);
  const take = (object: JsonObject): RejectReason | null => {
    const keys = keysOf(object);
    const [user, item, text] = [keys.user, keys.item, keys.text].map((key) => textAt(object, key));
    if (user!.trim() === "") return "missing-user";
    if (item!.trim() === "") return "missing-item";
    const fault = textFault([user!, item!, text!]);
    if (fault !== null) return fault;
    const timeText = textAt(object, keys.time).trim();
    if (timeText === "") return "missing-time";
    const rating = parseNumber(textAt(object, keys.rating).trim());
    if (rating === null) return "bad-rating";
    const time = readTime(timeText);
    if (time === null) return "bad-time";
    sink.interaction(user!, item!, time, rating);
    if (text!.trim() !== "") sink.review(user!, item!, "", text!);
    return null;
  };
  await takeObjects(files, options, sink, "interactions", take);
}

/** Reads item files in order. `itemOf` gives null for an object without an id. */
export async function takeItems(
  files: LogFile[],
  options: ReadOptions,
  sink: LogSink,
  itemOf: (object: JsonObject) => ItemRecord | null,
  parse?: (text: string) => unknown,
): Promise<void> {
  const take = (object: JsonObject): RejectReason | null => {
    const item = itemOf(object);
    if (item === null) return "missing-item";
    const fault = textFault([item.id, item.title ?? "", item.text ?? "", ...item.genres]);
    if (fault === null) sink.item(item);
    return fault;
  };
  await takeObjects(files, options, sink, "items", take, parse);
}

async function takeObjects(
  files: LogFile[],
  options: ReadOptions,
  sink: LogSink,
  kind: "interactions" | "items",
  take: (object: JsonObject) => RejectReason | null,
  parse?: (text: string) => unknown,
): Promise<void> {
  for (const file of files) {
    const onBad = (line: number, reason: RejectReason, text: string): void =>
      sink.reject(kind, { file: file.name, line, reason, text });
    let first = true;
    await readJsonLines(
      { file, options, onBad },
      (object, line, text) => {
        if (first) sink.columns(file.name, Object.keys(object));
        first = false;
        const reason = take(object);
        if (reason !== null) onBad(line, reason, text);
      },
      parse,
    );
  }
}
