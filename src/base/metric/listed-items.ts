// What metrics beyond accuracy look at: the items that one answer lists, cut at k, and what the catalog says of items.

export type CatalogFacts = {
  /** Items in the catalog. */
  size: number;
  /** Interactions in train, by item. */
  trainCount: ArrayLike<number>;
  genres: readonly (readonly string[])[];
};

/** `items`: catalog indices, best first, at most k, each once. */
export type ListRow = { items: readonly number[]; facts: CatalogFacts };

/** How many rows list each item. */
export function exposureOf(rows: readonly ListRow[]): Float64Array {
  const counts = new Float64Array(rows[0]?.facts.size ?? 0);
  for (const { items } of rows) for (const item of items) counts[item]!++;
  return counts;
}
