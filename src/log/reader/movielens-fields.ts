// Fields that the layouts of MovieLens share: the four of a rating, the year in a title, and tags as an item's text.

import { adoptDelimited } from "./adopt-delimited.ts";
import { parseNumber } from "./parse-field.ts";
import type { Encoding } from "./read-lines.ts";
import type { LogFile, LogSink, ReadOptions, RejectReason } from "./types.ts";

export const integer = /^-?\d{1,15}$/;

/** Takes user, item, rating, time (UTC seconds); answers why the row cannot be used, or null. */
export function takeRating(fields: string[], sink: LogSink): RejectReason | null {
  if (fields.length !== 4) return "wrong-field-count";
  const [user, item, ratingText, timeText] = fields as [string, string, string, string];
  if (user.trim() === "") return "missing-user";
  if (item.trim() === "") return "missing-item";
  const rating = parseNumber(ratingText);
  if (rating === null) return "bad-rating";
  if (!integer.test(timeText)) return timeText.trim() === "" ? "missing-time" : "bad-time";
  sink.interaction(user, item, Number(timeText), rating);
  return null;
}

/** Takes a whole file of such rows, which has no header; false, with nothing taken, where it has to be read line by line. */
export function adoptRatings(
  file: LogFile,
  { separator, encoding }: { separator: string; encoding: Encoding },
  { options, sink }: { options: ReadOptions; sink: LogSink },
): Promise<boolean> {
  const names = ["user", "item", "rating", "time"];
  const columns = { file: file.name, user: "user", item: "item", rating: "rating", time: "time" };
  const layout = { names, separator, encoding };
  return adoptDelimited({ file, options, sink, columns, layout, secondsOnly: true });
}

/** The year that ends a MovieLens title: "Heat (1995)", "Doctor Who (2005–2008)"; null where there is none. */
export function yearOf(title: string): number | null {
  const found = /\((\d{4})(?:[-–]\d{0,4})?\)\s*$/.exec(title);
  return found ? Number(found[1]) : null;
}

const mostTags = 20;

/** Counts the tags of films. Spellings that differ in capitals alone are one tag, written as it came first. */
export class TagCounts {
  readonly #byItem = new Map<string, Map<string, { tag: string; count: number }>>();

  add(item: string, text: string): void {
    const tag = text.trim();
    if (tag === "") return;
    let held = this.#byItem.get(item);
    if (!held) this.#byItem.set(item, (held = new Map()));
    const known = held.get(tag.toLowerCase());
    if (known) known.count++;
    else held.set(tag.toLowerCase(), { tag, count: 1 });
  }

  /** The tags of an item, the most given first, at most 20, joined by commas; null without. */
  textOf(item: string): string | null {
    const held = this.#byItem.get(item);
    if (!held) return null;
    const sorted = [...held.values()].sort((a, b) => b.count - a.count);
    return sorted
      .slice(0, mostTags)
      .map(({ tag }) => tag)
      .join(", ");
  }
}
