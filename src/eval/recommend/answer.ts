// From a model's answer to items that may be recommended: each title grounds to the catalog or is dropped with the
// reason. Nothing that does not ground comes out of here as an item.

import { readPicks, type Pick } from "../../dataset/task/recommendation.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Grounder, Lookup } from "../../log/catalog/ground.ts";
import { safeText } from "./text.ts";

export type DropReason =
  | "off-catalog"
  | "ambiguous"
  | "already seen"
  | "not a candidate"
  | "duplicate"
  | "unreadable";

/** `id`: the catalog's item where the title grounds to one. */
export type Dropped = { title: string; why: DropReason; id: string | null };
export type Accepted = {
  index: number;
  reason: string | null;
  /** The title as the model wrote it, where it is not the catalog's spelling of it. */
  written: string | null;
};

export type AnswerContext = {
  catalog: Catalog;
  /** Text to item; see `groundSafe`. */
  lookUp: (text: string) => Lookup | null;
  seen: ReadonlySet<number>;
  /** Null: the whole catalog. */
  candidates: ReadonlySet<number> | null;
};

const longestTitle = 120;
const longestReason = 1000;

/** A grounder that also knows the titles as prompts show them, where these differ from the catalog's. */
export function groundSafe(
  grounder: Grounder,
  catalog: Catalog,
  langs: readonly string[],
): (text: string) => Lookup | null {
  const changed = new Map<string, number>();
  for (let index = 0; index < catalog.size; index++) {
    for (const lang of langs) {
      const label = catalog.label(index, lang);
      const safe = safeText(label);
      if (safe !== label) changed.set(safe, index);
    }
  }
  return (text) => {
    const index = changed.get(text);
    return index === undefined
      ? grounder.lookUp(text)
      : { index, how: "normalised", similarity: 1 };
  };
}

/** Reads one answer. `held` are the items that earlier answers gave; they are duplicates now. */
export function readAnswer(
  text: string,
  context: AnswerContext,
  held: ReadonlySet<number>,
): { accepted: Accepted[]; dropped: Dropped[] } {
  const accepted: Accepted[] = [];
  const dropped: Dropped[] = [];
  const taken = new Set(held);
  // A line of prose goes to the item before it, also where that one is dropped.
  let last: { reason: string | null } | null = null;
  const picks = readPicks(text);
  for (const pick of picks) {
    const found = firstFound(pick, context);
    const title = shorten(pick.readings[0] ?? "", longestTitle);
    if (found === null || "ambiguous" in found.hit) {
      if (found === null && !pick.isMarked) {
        if (last !== null && title !== "")
          last.reason ??= shorten(pick.readings[0]!, longestReason);
        continue;
      }
      last = { reason: null };
      const why = pick.readings.length === 0 ? "unreadable" : found ? "ambiguous" : "off-catalog";
      dropped.push({ title, why, id: null });
      continue;
    }
    const { index } = found.hit;
    const why = refusalOf(index, context, taken);
    const reason = pick.reason === null ? null : shorten(pick.reason, longestReason);
    if (why !== null) {
      last = { reason };
      dropped.push({ title, why, id: context.catalog.data.ids[index]! });
      continue;
    }
    taken.add(index);
    const written = found.hit.how === "fuzzy" ? shorten(found.reading, longestTitle) : null;
    const item: Accepted = { index, reason, written };
    accepted.push(item);
    last = item;
  }
  if (accepted.length === 0 && dropped.length === 0)
    dropped.push({ title: shorten(text, longestTitle), why: "unreadable", id: null });
  return { accepted, dropped };
}

function firstFound(
  pick: Pick,
  { lookUp }: AnswerContext,
): { hit: Lookup; reading: string } | null {
  let ambiguous: { hit: Lookup; reading: string } | null = null;
  for (const reading of pick.readings) {
    // A sentence is no title; near spellings of it would be chance.
    if (reading.length > 200) continue;
    const hit = lookUp(reading);
    if (hit === null || (!pick.isMarked && "how" in hit && hit.how === "fuzzy")) continue;
    if ("index" in hit) return { hit, reading };
    ambiguous ??= { hit, reading };
  }
  return ambiguous;
}

function refusalOf(
  index: number,
  { seen, candidates }: AnswerContext,
  taken: ReadonlySet<number>,
): DropReason | null {
  if (seen.has(index)) return "already seen";
  if (candidates !== null && !candidates.has(index)) return "not a candidate";
  return taken.has(index) ? "duplicate" : null;
}

function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/gu, " ").trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
