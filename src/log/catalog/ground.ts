// Grounding: from a free text title to a catalog item. Exact first, then in normal form. A year may be left out where
// the title alone is unique; a different year never grounds; an ambiguous text never grounds.

import type { Catalog } from "./catalog.ts";
import { findTitleSpans } from "./find-titles.ts";
import { normaliseTitle, unwrap } from "./normalise-title.ts";

export type Grounding = { index: number; how: "exact" | "normalised" };

export type Mentions = {
  /** Catalog indices of the titles in the text, in order of first mention, each once. */
  labels: number[];
  /** Strings that look like titles and are none of the catalog, in order, each once. */
  unknown: string[];
};

export type Grounder = {
  /** The item that a text names, or null. */
  ground: (text: string) => Grounding | null;
  /** The titles that occur in a running text. */
  findMentions: (text: string) => Mentions;
};

/** Marks a key that stands for several items. */
const ambiguous = -1;
const keyLength = 4;

/** A grounder over the main titles and the labels of the given languages. */
export function makeGrounder(catalog: Catalog, langs: readonly string[]): Grounder {
  const exact = new Map<string, number>();
  const dated = new Map<string, number>();
  const named = new Map<string, number>();
  const labelsByStart = new Map<string, { label: string; index: number }[]>();
  const put = (map: Map<string, number>, key: string, index: number): void => {
    const held = map.get(key);
    map.set(key, held === undefined || held === index ? index : ambiguous);
  };

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

  const ground = (text: string): Grounding | null => {
    const same = exact.get(text) ?? exact.get(text.trim()) ?? exact.get(unwrap(text));
    if (same !== undefined) return same === ambiguous ? null : { index: same, how: "exact" };
    const { name, year } = normaliseTitle(text);
    if (name === "") return null;
    // A text with a year may also name an item whose year the catalog does not know.
    const index = year === 0 ? named.get(name) : (dated.get(`${name}/${year}`) ?? undated(name));
    return index === undefined || index === ambiguous ? null : { index, how: "normalised" };
  };
  const undated = (name: string): number | undefined => {
    const index = named.get(name);
    return index !== undefined && dated.get(`${name}/0`) === index ? index : undefined;
  };

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
    const found: { start: number; end: number; index: number }[] = [];
    for (let at = 0; at < text.length; at++) {
      const hit = labelAt(text, at);
      if (!hit) continue;
      const index = exact.get(hit.label)!;
      found.push({ start: at, end: at + hit.label.length, index });
      at += hit.label.length - 1;
    }
    const unknown = new Set<string>();
    for (const span of findTitleSpans(text)) {
      if (found.some((f) => f.start < span.end && span.start < f.end)) continue;
      const hit = firstGrounded(span.readings, ground);
      if (hit) found.push({ start: span.start, end: span.end, index: hit.index });
      else if (span.unknown !== null) unknown.add(span.unknown);
    }
    found.sort((a, b) => a.start - b.start);
    const labels = found.map((f) => f.index).filter((index) => index !== ambiguous);
    return { labels: [...new Set(labels)], unknown: [...unknown] };
  };

  return { ground, findMentions };
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
