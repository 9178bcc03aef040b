// The items that a baseline puts first for what a user had done before the target, of those the user never touches: hard
// negatives, and the lists of a retriever. The baseline was fitted on train; see log/baseline.

import { addWeights, scoreHistory, type ItemWeights } from "../../log/baseline/item-weights.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import { isShownTo, type Timeline } from "../../log/split/timeline.ts";
import type { TaskInput } from "./types.ts";

/** Scores of one timeline so far, so that the next target of a user adds only what came since. */
type Running = {
  timeline: Timeline;
  own: number;
  next: number;
  counted: Set<number>;
  scores: Float64Array;
};
const running = new WeakMap<ItemWeights, Running>();

/** The best `count` items that are not refused, best first; ties fall to the more frequent in train, then in catalog order. */
export function findTop(
  weights: ItemWeights,
  input: TaskInput,
  catalog: Catalog,
  seen: ReadonlySet<number>,
  count: number,
  refuses: (index: number) => boolean,
): number[] {
  const scores = scoresBefore(weights, input);
  const { trainCount } = catalog.data;
  const order: Order = {
    scores,
    compare: (a, b) => scores[b]! - scores[a]! || trainCount[b]! - trainCount[a]! || a - b,
  };
  const found: number[] = [];
  // Some are refused for their names: look a little further, and at everything only if that is not enough.
  let examined = 0;
  for (const reach of [2 * count + 8, catalog.size]) {
    const top = takeBest(catalog.size, seen, reach, order);
    for (const index of top.slice(examined)) {
      if (found.length === count) return found;
      if (!refuses(index)) found.push(index);
    }
    if (top.length < reach) break;
    examined = top.length;
  }
  return found;
}

type Order = { scores: Float64Array; compare: (a: number, b: number) => number };

function takeBest(
  size: number,
  seen: ReadonlySet<number>,
  count: number,
  { scores, compare }: Order,
): number[] {
  if (count >= size) {
    return Array.from({ length: size }, (_, i) => i)
      .filter((i) => !seen.has(i))
      .sort(compare);
  }
  const best: number[] = [];
  let worst = -Infinity;
  for (let index = 0; index < size; index++) {
    // Most items fall out here, on one comparison of numbers.
    if (scores[index]! < worst) continue;
    if (best.length === count && compare(index, best[count - 1]!) > 0) continue;
    if (seen.has(index)) continue;
    let [low, high] = [0, best.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(best[middle]!, index) < 0) low = middle + 1;
      else high = middle;
    }
    best.splice(low, 0, index);
    if (best.length > count) best.pop();
    if (best.length === count) worst = scores[best[count - 1]!]!;
  }
  return best;
}

/** Scores from the rows before the target that its split may show. */
function scoresBefore(weights: ItemWeights, { timeline, target }: TaskInput): Float64Array {
  const { item, split } = timeline.batch;
  const own = split[target]!;
  const isShown = (row: number): boolean => isShownTo(own, split[row]!);
  if (weights.lastRows !== null) {
    const rows: number[] = [];
    for (let row = target - 1; row >= timeline.start && rows.length < weights.lastRows; row--) {
      if (isShown(row)) rows.push(item[row]!);
    }
    return scoreHistory(weights, rows.reverse());
  }
  let state = running.get(weights);
  if (!state || state.timeline !== timeline || state.own !== own || state.next > target) {
    const scores = new Float64Array(weights.itemCount);
    state = { timeline, own, next: timeline.start, counted: new Set(), scores };
    running.set(weights, state);
  }
  for (; state.next < target; state.next++) {
    const index = item[state.next]!;
    if (!isShown(state.next) || state.counted.has(index)) continue;
    state.counted.add(index);
    addWeights(weights, index, 1, state.scores);
  }
  return state.scores;
}
