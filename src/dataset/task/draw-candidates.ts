// Items beside the truth: candidates of a ranking and negatives of preference pairs. None is an item that the user
// touches, in any split. Sampled lists are biased (Krichene and Rendle 2020), which is why metrics carry their name.

import type { Rng } from "../../base/rng.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Timeline } from "../../log/split/timeline.ts";
import { drawPopular } from "./draw-popular.ts";
import { nameItem } from "./shown.ts";
import { findTop } from "./find-top.ts";
import type { TaskContext, TaskInput } from "./types.ts";

/** uniform; popularity: as often as train holds them; in-time: those that the log had seen by then; or the best of a baseline. */
export const candidateSources = [
  "uniform",
  "popularity",
  "in-time",
  "ease",
  "item-knn",
  "co-occurrence",
] as const;
export type CandidateSource = (typeof candidateSources)[number];

/** Sources that need a baseline fitted on train. */
export const fittedSources = ["ease", "item-knn", "co-occurrence"] as const;

const seenItems = new WeakMap<Timeline, Set<number>>();

/** Catalog indices of all items of a timeline, over all splits. */
export function seenOf(timeline: Timeline): Set<number> {
  let seen = seenItems.get(timeline);
  if (!seen) {
    seen = new Set(timeline.batch.item.subarray(timeline.start, timeline.end));
    seenItems.set(timeline, seen);
  }
  return seen;
}

/**
 * At most `count` catalog indices that the user does not touch, without repetition, none of which `refuses`; of a
 * baseline the best first. Fewer where there are no more.
 */
export function drawItems(
  from: CandidateSource,
  input: TaskInput,
  context: TaskContext,
  count: number,
  rng: Rng,
  refuses: (index: number) => boolean,
): number[] {
  const { catalog, candidateData } = context;
  const seen = seenOf(input.timeline);
  switch (from) {
    case "uniform":
      return drawUnseen({ size: catalog.size, at: (n) => n }, seen, count, rng, refuses);
    case "popularity":
      return drawPopular(catalog, seen, count, rng, refuses);
    case "in-time": {
      const time = input.timeline.batch.time[input.target]!;
      const pool = poolUntil(catalog, candidateData!.firstTime!, time);
      return drawUnseen(pool, seen, count, rng, refuses);
    }
    default:
      return findTop(candidateData!.weights[from]!, input, catalog, seen, count, refuses);
  }
}

/** Refuses items that read like one taken before: by their title nobody could tell them apart. */
export function refuseTwins(target: number, context: TaskContext): (index: number) => boolean {
  const { catalog, lang, show } = context;
  const names = new Set([nameItem(catalog, target, lang, show)]);
  return (index) => {
    const name = nameItem(catalog, index, lang, show);
    if (names.has(name)) return true;
    names.add(name);
    return false;
  };
}

/** Items to draw from. */
type Pool = { size: number; at(n: number): number };

/** At most `count` items of a pool outside `seen`, uniform. */
function drawUnseen(
  pool: Pool,
  seen: ReadonlySet<number>,
  count: number,
  rng: Rng,
  refuses: (index: number) => boolean,
): number[] {
  const drawn: number[] = [];
  if (pool.size - seen.size > 4 * count) {
    const held = new Set<number>();
    // Bounded: a catalog of items that are all refused must not loop for ever.
    for (let tries = 0; drawn.length < count && tries < 20 * count; tries++) {
      const index = pool.at(rng.int(pool.size));
      if (seen.has(index) || held.has(index)) continue;
      held.add(index);
      if (!refuses(index)) drawn.push(index);
    }
    return drawn;
  }
  const rest = Array.from({ length: pool.size }, (_, n) => pool.at(n)).filter((i) => !seen.has(i));
  for (const index of rng.shuffle(rest)) {
    if (drawn.length === count) break;
    if (!refuses(index)) drawn.push(index);
  }
  return drawn;
}

const orders = new WeakMap<Catalog, { items: Uint32Array; times: Float64Array }>();

/** Items whose first interaction is not later than `time`; all items where the target has no time. */
function poolUntil(catalog: Catalog, firstTime: Float64Array, time: number): Pool {
  let order = orders.get(catalog);
  if (!order) {
    // An item without any time was always there.
    const known = firstTime.map((t) => (Number.isNaN(t) ? -Infinity : t));
    const items = Uint32Array.from(known.keys()).sort((a, b) => known[a]! - known[b]! || a - b);
    order = { items, times: Float64Array.from(items, (item) => known[item]!) };
    orders.set(catalog, order);
  }
  const { items, times } = order;
  let [low, high] = [0, Number.isNaN(time) ? 0 : items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return { size: Number.isNaN(time) ? items.length : low, at: (n) => items[n]! };
}
