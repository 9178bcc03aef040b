// Candidates of a ranking example: the truth among items drawn uniformly from those the user never touches, in any
// split (sampled protocol of Krichene & Rendle 2020; its bias is why metrics carry the variant's name).

import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Timeline } from "../../log/split/timeline.ts";
import type { Rng } from "../../base/rng.ts";

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
 * At most `count` catalog indices outside `seen`, uniform, without repetition, none of which `refuses`.
 * Fewer where the catalog has no more.
 */
export function drawUnseen(
  catalog: Catalog,
  seen: ReadonlySet<number>,
  count: number,
  rng: Rng,
  refuses: (index: number) => boolean,
): number[] {
  const drawn: number[] = [];
  if (catalog.size - seen.size > 4 * count) {
    const held = new Set<number>();
    // Bounded: a catalog of items that are all refused must not loop for ever.
    for (let tries = 0; drawn.length < count && tries < 20 * count; tries++) {
      const index = rng.int(catalog.size);
      if (seen.has(index) || held.has(index)) continue;
      held.add(index);
      if (!refuses(index)) drawn.push(index);
    }
    return drawn;
  }
  const rest = Array.from({ length: catalog.size }, (_, i) => i).filter((i) => !seen.has(i));
  for (const index of rng.shuffle(rest)) {
    if (drawn.length === count) break;
    if (!refuses(index)) drawn.push(index);
  }
  return drawn;
}
