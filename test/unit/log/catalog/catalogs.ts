// Catalogs of a few items for the tests of grounding.

import { makeCatalog, type Catalog } from "../../../../src/log/catalog/catalog.ts";

/** A catalog of [title, Korean title, year] with the ids i0, i1, … */
export function catalogOf(
  items: readonly (readonly [title: string, ko: string | null, year: number])[],
): Catalog {
  return makeCatalog({
    ids: items.map((_, i) => `i${i}`),
    title: items.map(([title]) => title),
    titles: { ko: items.map(([, ko]) => ko) },
    year: Int32Array.from(items, ([, , year]) => year),
    genres: items.map(() => []),
    text: items.map(() => null),
    trainCount: new Int32Array(items.length),
  });
}
