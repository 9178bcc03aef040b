// Grounding: from a free text title to a catalog item. Exact first, then in normal form; with the wide reach also by a
// title's other names and near spellings. A year may be left out where the title alone is unique; a different year
// never grounds; an ambiguous text never grounds.

import type { Catalog } from "./catalog.ts";
import { findTitleSpans } from "./find-titles.ts";
import { makeWideLookup } from "./ground-wide.ts";
import { normaliseTitle, unwrap } from "./normalise-title.ts";

/** The item a text names, how that was seen, and how near the text is to its title: 1 but for "fuzzy". */
export type Grounding = {
  index: number;
  how: "exact" | "normalised" | "fuzzy";
  similarity: number;
};

/** One item, or the several between which the text does not decide. */
export type Lookup = Grounding | { ambiguous: number[] };

/**
 * How far grounding goes. "strict": a whole title as the catalog has it or in normal form; scores and parsed answers
 * rest on it. "wide": also other names of a title, accents, numerals, near spellings; for what people type.
 */
export type Reach = "strict" | "wide";

export type Mentions = {
  /** Catalog indices of the titles in the text, in order of first mention, each once. */
  labels: number[];
  /** Strings that look like titles and are none of the catalog, in order, each once. */
  unknown: string[];
};

export type Grounder = {
  /** The item that a text names, or null; null too where it names several. */
  ground: (text: string) => Grounding | null;
  /** The same, but the items that an ambiguous text may name are told, nearest first. */
  lookUp: (text: string) => Lookup | null;
  /** The titles that occur in a running text, by the strict reach always. */
  findMentions: (text: string) => Mentions;
};

/** The item a key stands for, or the several. */
type Held = number | number[];
const keyLength = 4;

/** A grounder over the main titles and the labels of the given languages. */
export function makeGrounder(
  catalog: Catalog,
  langs: readonly string[],
  options: { reach?: Reach } = {},
): Grounder {
  const exact = new Map<string, Held>();
  const dated = new Map<string, Held>();
  const named = new Map<string, Held>();
  const labelsByStart = new Map<string, { label: string; index: number }[]>();

  for (let index = 0; index < catalog.size; index++) {
    const labels = new Set(langs.map((lang) => catalog.label(index, lang)));
    const titles = langs
      .map((lang) => catalog.data.titles[lang]?.[index])
      .filter((t) => typeof t === "string");
    for (const text of new Set([...labels, ...titles, catalog.data.title[index]!])) {
      put(exact, text, index);
      const { name, year } = normaliseTitle(text);
      if (name === "") continue;
      put(dated, `${name}/${year || catalog.data.year[index]!}`, index);
      put(named, name, index);
    }
    for (const label of labels) {
      if (label === "") continue;
      const start = label.slice(0, keyLength);
      const held = labelsByStart.get(start);
      if (held) held.push({ label, index });
      else labelsByStart.set(start, [{ label, index }]);
    }
  }
  for (const held of labelsByStart.values()) held.sort((a, b) => b.label.length - a.label.length);

  const lookUpStrict = (text: string): Lookup | null => {
    const same = exact.get(text) ?? exact.get(text.trim()) ?? exact.get(unwrap(text));
    if (same !== undefined) return asLookup(same, "exact");
    const { name, year } = normaliseTitle(text);
    if (name === "") return null;
    // A text with a year may also name an item whose year the catalog does not know.
    const held = year === 0 ? named.get(name) : (dated.get(`${name}/${year}`) ?? undated(name));
    return held === undefined ? null : asLookup(held, "normalised");
  };
  const undated = (name: string): Held | undefined => {
    const held = named.get(name);
    return typeof held === "number" && dated.get(`${name}/0`) === held ? held : undefined;
  };
  const lookUpWide = options.reach === "wide" ? makeWideLookup(catalog, langs) : () => null;
  const lookUp = (text: string): Lookup | null => lookUpStrict(text) ?? lookUpWide(text);
  const onlyOne = (hit: Lookup | null): Grounding | null => (hit && "index" in hit ? hit : null);
  const ground = (text: string): Grounding | null => onlyOne(lookUp(text));
  const groundStrict = (text: string): Grounding | null => onlyOne(lookUpStrict(text));

  const labelAt = (text: string, at: number): { label: string; index: number } | null => {
    // Labels shorter than the key are held under their whole text.
    for (let length = Math.min(keyLength, text.length - at); length > 0; length--) {
      for (const candidate of labelsByStart.get(text.slice(at, at + length)) ?? []) {
        if (
          text.startsWith(candidate.label, at) &&
          standsAlone(text, at, at + candidate.label.length)
        ) {
          return candidate;
        }
      }
    }
    return null;
  };

  const findMentions = (text: string): Mentions => {
    const found: { start: number; end: number; held: Held }[] = [];
    for (let at = 0; at < text.length; at++) {
      const hit = labelAt(text, at);
      if (!hit) continue;
      const held = exact.get(hit.label)!;
      found.push({ start: at, end: at + hit.label.length, held });
      at += hit.label.length - 1;
    }
    const unknown = new Set<string>();
    for (const span of findTitleSpans(text)) {
      if (found.some((f) => f.start < span.end && span.start < f.end)) continue;
      const hit = firstGrounded(span.readings, groundStrict);
      if (hit) found.push({ start: span.start, end: span.end, held: hit.index });
      else if (span.unknown !== null) unknown.add(span.unknown);
    }
    found.sort((a, b) => a.start - b.start);
    const labels = found.map((f) => f.held).filter((held) => typeof held === "number");
    return { labels: [...new Set(labels)], unknown: [...unknown] };
  };

  return { ground, lookUp, findMentions };
}

/** Adds an item under a key; items come in order. */
function put(map: Map<string, Held>, key: string, index: number): void {
  const held = map.get(key);
  if (held === undefined) map.set(key, index);
  else if (typeof held === "number") {
    if (held !== index) map.set(key, [held, index]);
  } else if (held.at(-1) !== index) held.push(index);
}

function asLookup(held: Held, how: "exact" | "normalised"): Lookup {
  return typeof held === "number"
    ? { index: held, how, similarity: 1 }
    : { ambiguous: Array.from(held) };
}

function firstGrounded(
  readings: string[],
  ground: (text: string) => Grounding | null,
): Grounding | null {
  for (const reading of readings) {
    const hit = ground(reading);
    if (hit) return hit;
  }
  return null;
}

const wordChar = /[\p{L}\p{N}]/u;
const hangul = /\p{Script=Hangul}/u;

/** Whether text[start, end) is no part of a longer word; Korean particles may follow a Korean title directly. */
function standsAlone(text: string, start: number, end: number): boolean {
  const joined = (inside: string, outside: string | undefined): boolean =>
    outside !== undefined && wordChar.test(inside) && wordChar.test(outside);
  if (joined(text[start]!, text[start - 1])) return false;
  return !joined(text[end - 1]!, text[end]) || (hangul.test(text[end]!) && end - start > 1);
}
