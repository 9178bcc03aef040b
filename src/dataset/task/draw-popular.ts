// Draws items as often as train holds them, by the alias method (Walker 1977, doi:10.1145/355744.355749; table as Vose
// 1991 builds it): one look into a table a draw, whatever the size of the catalog.

import type { Rng } from "../../base/rng.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";

type AliasTable = { keep: Float64Array; alias: Int32Array };

const tables = new WeakMap<Catalog, AliasTable>();

/**
 * At most `count` items outside `seen`, without repetition, each with a chance in proportion to its train count among
 * those not drawn yet. Items that train lacks are never drawn.
 */
export function drawPopular(
  catalog: Catalog,
  seen: ReadonlySet<number>,
  count: number,
  rng: Rng,
  refuses: (index: number) => boolean,
): number[] {
  const { trainCount } = catalog.data;
  let table = tables.get(catalog);
  if (!table) tables.set(catalog, (table = makeAliasTable(trainCount)));
  const drawn: number[] = [];
  const held = new Set<number>();
  const take = (index: number): void => {
    held.add(index);
    if (!refuses(index)) drawn.push(index);
  };
  for (let tries = 0; drawn.length < count && tries < 20 * count; tries++) {
    const index = drawAlias(table, rng);
    if (!seen.has(index) && !held.has(index)) take(index);
  }
  if (drawn.length === count) return drawn;
  // Users who know most of what is popular: the same distribution over what is left, by exponential keys (Efraimidis and
  // Spirakis 2006).
  const rest = Array.from(trainCount.keys()).filter(
    (index) => trainCount[index]! > 0 && !seen.has(index) && !held.has(index),
  );
  const keys = new Map(
    rest.map((index) => [index, -Math.log(1 - rng.next()) / trainCount[index]!]),
  );
  for (const index of rest.sort((a, b) => keys.get(a)! - keys.get(b)! || a - b)) {
    if (drawn.length === count) break;
    take(index);
  }
  return drawn;
}

/** One draw: a place, then the item that owns it or the one that shares it. */
function drawAlias({ keep, alias }: AliasTable, rng: Rng): number {
  const place = rng.int(keep.length);
  return rng.next() < keep[place]! ? place : alias[place]!;
}

/** The table of a distribution in proportion to `weights`, of which one at least is positive. */
export function makeAliasTable(weights: Int32Array): AliasTable {
  const n = weights.length;
  const sum = weights.reduce((a, b) => a + b, 0);
  const keep = Float64Array.from(weights, (weight) => (weight * n) / sum);
  const alias = new Int32Array(n);
  const small: number[] = [];
  const large: number[] = [];
  keep.forEach((share, place) => (share < 1 ? small : large).push(place));
  while (small.length > 0 && large.length > 0) {
    const place = small.pop()!;
    const donor = large.pop()!;
    alias[place] = donor;
    keep[donor]! -= 1 - keep[place]!;
    (keep[donor]! < 1 ? small : large).push(donor);
  }
  // What is left over is 1 but for rounding; an item of weight 0 must not gain by that.
  for (const place of [...small, ...large]) {
    if (weights[place]! > 0) keep[place] = 1;
  }
  return { keep, alias };
}
