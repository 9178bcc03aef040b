// The wide reach of grounding: a title's other names, accents and numerals, and then near spellings (find-near.ts), in
// this order. A name that the catalog has in another year only ends the search: it is no misspelling of anything.

import type { Catalog } from "./catalog.ts";
import { makeNearFinder } from "./find-near.ts";
import type { NamedItem } from "./find-near.ts";
import { readNames } from "./read-names.ts";
import type { TitleNames } from "./read-names.ts";

/** One item and how it was found; or several between which the text does not decide, nearest first. */
export type WideHit =
  | { index: number; how: "normalised" | "fuzzy"; similarity: number }
  | { ambiguous: number[] };

/** Looks a title up by all its names. @param langs the languages whose titles count besides the main title. */
export function makeWideLookup(
  catalog: Catalog,
  langs: readonly string[],
): (text: string) => WideHit | null {
  const items = readCatalogNames(catalog, langs);
  const byKey = new Map<string, NamedItem[]>();
  for (const item of items) {
    const held = byKey.get(item.name.key);
    if (held) held.push(item);
    else byKey.set(item.name.key, [item]);
  }
  const findNear = makeNearFinder(items);

  const lookUpSame = ({ names, year }: TitleNames): WideHit | "another year" | null => {
    let left: number[] | null = null;
    let isElsewhere = false;
    for (const { key } of names) {
      const held = byKey.get(key) ?? [];
      const fitting = held.filter((item) => mayMean(item, year)).map(({ index }) => index);
      if (fitting.length === 0) isElsewhere ||= held.length > 0;
      else if (left === null) left = fitting;
      else {
        const also = new Set(fitting);
        const both: number[] = left.filter((index) => also.has(index));
        // No item has both names: which of them is meant cannot be told.
        left = both.length > 0 ? both : [...left, ...fitting];
      }
    }
    if (left === null) return isElsewhere ? "another year" : null;
    const [index, ...more] = left;
    return more.length === 0
      ? { index: index!, how: "normalised", similarity: 1 }
      : { ambiguous: left };
  };

  return (text) => {
    const bracketed = readNames(text);
    if (bracketed.names.length === 0) return null;
    const readings = [bracketed];
    if (bracketed.year === 0) {
      const bare = readNames(text, "bare");
      if (bare.year !== 0 && bare.names.length > 0) readings.push(bare);
    }
    for (const reading of readings) {
      const same = lookUpSame(reading);
      if (same === "another year") return null;
      if (same) return same;
    }
    for (const reading of readings) {
      const hit = findNear(reading);
      if (hit) return "ambiguous" in hit ? hit : { ...hit, how: "fuzzy" };
    }
    return null;
  };
}

/** Whether a text of this year may mean an item: a year that one side lacks decides nothing. */
function mayMean(item: NamedItem, year: number): boolean {
  return year === 0 || item.year === 0 || item.year === year;
}

/** Every name of every item, in the order of the items. */
function readCatalogNames(catalog: Catalog, langs: readonly string[]): NamedItem[] {
  const items: NamedItem[] = [];
  for (let index = 0; index < catalog.size; index++) {
    const titles = langs.map((lang) => catalog.data.titles[lang]?.[index] ?? "");
    const read = [...new Set([catalog.data.title[index]!, ...titles])].map((t) => readNames(t));
    const year = catalog.data.year[index]! || (read.find((title) => title.year !== 0)?.year ?? 0);
    const keys = new Set<string>();
    for (const name of read.flatMap(({ names }) => names)) {
      if (keys.has(name.key)) continue;
      keys.add(name.key);
      items.push({ index, name, year });
    }
  }
  return items;
}
