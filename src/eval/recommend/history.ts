// Whom recommendations are for: a history as a person types it, grounded to the catalog, or a user of the dataset.

import { UsageError } from "../../base/errors.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Grounder } from "../../log/catalog/ground.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";

/** One thing of the past. `index` null: the catalog does not have it, and it stands in the prompt as text. */
export type PastItem = { given: string; index: number | null; rating: number | null };

/** Why a title of a history did not ground. */
export type Ungrounded = { given: string; why: "unknown" | "ambiguous"; mayBe: string[] };

export type Past = {
  items: PastItem[];
  /** Catalog indices of all that is not recommended again. */
  seen: Set<number>;
  ungrounded: Ungrounded[];
  /** UTC seconds of the last of it; null where nothing says when. */
  time: number | null;
};

const mostItems = 200;
const longestTitle = 300;
const rated = /=\s*(\d+(?:\.\d+)?)\s*(?:,|$)/gu;

/**
 * Reads `TITLE=5,TITLE=4,TITLE`. A rating ends a title, so that titles may hold commas; titles without a rating are
 * parted by commas where they do not ground as a whole.
 * @throws UsageError `history-*` for an empty history, one that is too long, and ratings outside the scale.
 */
export function readHistory(
  text: string,
  { grounder, catalog, scale }: { grounder: Grounder; catalog: Catalog; scale: readonly number[] },
): Past {
  const given: { title: string; rating: number | null }[] = [];
  const addUnrated = (part: string, rating: number | null): void => {
    const whole = part.trim().replace(/^,\s*/u, "");
    if (whole === "") {
      if (rating === null) return;
      throw refuse("history-title", `the rating ${rating} has no title before it`);
    }
    const parts = grounder.lookUp(whole) ? [whole] : splitUnrated(whole, grounder);
    parts.forEach((title, i) =>
      given.push({ title, rating: i === parts.length - 1 ? rating : null }),
    );
  };
  let at = 0;
  for (const match of text.matchAll(rated)) {
    addUnrated(text.slice(at, match.index), Number(match[1]));
    at = match.index + match[0].length;
  }
  addUnrated(text.slice(at), null);
  if (given.length === 0) throw refuse("history-empty", "there is no title in it");
  if (given.length > mostItems)
    throw refuse("history-long", `it names ${given.length} titles, ${mostItems} at most are read`);
  const [low, high] = [scale[0], scale.at(-1)];
  const past: Past = { items: [], seen: new Set(), ungrounded: [], time: null };
  for (const { title, rating } of given) {
    if (title.length > longestTitle)
      throw refuse("history-long", `a title has ${title.length} characters`);
    if (rating !== null && low !== undefined && (rating < low || rating > high!))
      throw refuse(
        "history-rating",
        `"${title}" is rated ${rating}; the scale is ${low} to ${high}`,
      );
    addItem(past, title, rating, grounder, catalog);
  }
  return past;
}

/** Titles without ratings, parted by commas; parts that ground together ("Godfather, The") stay together. */
function splitUnrated(text: string, grounder: Grounder): string[] {
  const parts = text.split(",").map((part) => part.trim());
  const titles: string[] = [];
  for (let from = 0; from < parts.length;) {
    let to = Math.min(parts.length, from + 4);
    while (to > from + 1 && !grounder.ground(parts.slice(from, to).join(", "))) to--;
    const title = parts.slice(from, to).join(", ");
    if (title !== "") titles.push(title);
    from = to;
  }
  return titles;
}

function addItem(
  past: Past,
  given: string,
  rating: number | null,
  grounder: Grounder,
  catalog: Catalog,
): void {
  const hit = grounder.lookUp(given);
  const index = hit && "index" in hit ? hit.index : null;
  if (index === null) {
    const mayBe = hit && "ambiguous" in hit ? hit.ambiguous.slice(0, 5) : [];
    past.ungrounded.push({
      given,
      why: mayBe.length > 0 ? "ambiguous" : "unknown",
      mayBe: mayBe.map((near) => catalog.data.title[near]!),
    });
    // Whichever of them is meant, recommending it would be recommending what was seen.
    for (const near of hit && "ambiguous" in hit ? hit.ambiguous : []) past.seen.add(near);
  } else {
    // What is named twice counts as it was named last.
    past.items = past.items.filter((item) => item.index !== index);
    past.seen.add(index);
  }
  past.items.push({ given, index, rating });
}

/**
 * The past of a user of the dataset: the last `window` interactions are shown, none is recommended again.
 * @throws UsageError `user-unknown`.
 */
export function readUser(
  user: string,
  interactions: Interactions,
  { catalog, window }: { catalog: Catalog; window: number },
): Past {
  const code = interactions.users.indexOf(user);
  if (code < 0) {
    throw new UsageError(`the dataset has no user "${user}"`, {
      code: "user-unknown",
      where: "--user",
      next: `It has ${interactions.users.length} users, such as ${interactions.users.slice(0, 3).join(", ")}.`,
    });
  }
  const items: PastItem[] = [];
  let time: number | null = null;
  interactions.user.forEach((held, row) => {
    if (held !== code) return;
    const index = interactions.item[row]!;
    const rating = interactions.rating[row]!;
    const at = interactions.time[row]!;
    if (!Number.isNaN(at)) time = Math.max(time ?? at, at);
    items.push({
      given: catalog.data.title[index]!,
      index,
      rating: Number.isNaN(rating) ? null : rating,
    });
  });
  const seen = new Set(items.map(({ index }) => index!));
  return { items: items.slice(-window), seen, ungrounded: [], time };
}

function refuse(code: string, what: string): UsageError {
  return new UsageError(what, {
    code,
    where: "--history",
    next: "For example: --history 'The Dark Knight=5,Joker=4'",
  });
}
