// A ranked list as metrics see it: groups of items that score the same, best first, each with the gains of its relevant
// items. No order is invented inside a group; metrics average over all of them (McSherry & Najork, ECIR 2008).

import { scoreIsNoNumber } from "./metric.ts";

/** Items of equal score: how many, and the gains (> 0) of the relevant ones among them. */
export type TieGroup = { size: number; gains: readonly number[] };

export type JudgedList = {
  /** Best first. What follows the last relevant item may be left out. */
  groups: readonly TieGroup[];
  /** Gains of all relevant items, listed or not, descending. */
  ideal: readonly number[];
  /** All items that were ranked, relevant or not. */
  size: number;
};

/** How many items score above the true one, and how many others score the same. */
export type Rank = { greater: number; equal: number };

/**
 * Position of `scores[truth]` among `scores`, ties kept apart: the true item stands anywhere from `greater + 1` to
 * `greater + equal + 1`. O(n), no sort.
 * @throws DataError `score-not-a-number` when a score is NaN, which would compare as a tie with nothing.
 */
export function rankOf(scores: Float64Array, truth: number): Rank {
  const own = scores[truth];
  if (own === undefined)
    throw new RangeError(`truth ${truth} is outside the ${scores.length} scores`);
  let greater = 0;
  let below = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    greater += score > own ? 1 : 0;
    below += score < own ? 1 : 0;
  }
  const equal = scores.length - greater - below - 1;
  // A NaN is neither above nor below, so it can only hide among the ties.
  if (equal > 0 || Number.isNaN(own)) {
    refuseNaN(scores);
  }
  return { greater, equal };
}

const oneRelevant = [1] as const;
const noGains: readonly number[] = [];

/** A list of `size` items with one relevant item of gain 1 at this rank. */
export function listOfRank({ greater, equal }: Rank, size: number): JudgedList {
  const own = { size: equal + 1, gains: oneRelevant };
  return {
    groups: greater > 0 ? [{ size: greater, gains: noGains }, own] : [own],
    ideal: oneRelevant,
    size,
  };
}

/** A list with one relevant item that it does not hold. */
export const missedList: JudgedList = { groups: [], ideal: oneRelevant, size: 0 };

/** `listOfRank` of the true item among `scores`. */
export function judgeOne(scores: Float64Array, truth: number): JudgedList {
  return listOfRank(rankOf(scores, truth), scores.length);
}

/**
 * Judges a scored list: `relevant` names items by index with gain > 0, `missing` holds the gains of relevant items that
 * were not scored at all. O(n log r) for n scores and r different scores of relevant items; the list is never sorted.
 */
export function judgeList(
  scores: Float64Array,
  relevant: readonly { index: number; gain: number }[],
  missing: readonly number[] = [],
): JudgedList {
  const levels = Float64Array.from(new Set(relevant.map(({ index }) => scores[index]!))).sort();
  const gains: number[][] = Array.from(levels, () => []);
  for (const { index, gain } of relevant) gains[placeIn(levels, scores[index]!)]!.push(gain);
  const { between, level } = countByLevel(scores, levels);
  const groups: TieGroup[] = [];
  for (let i = levels.length - 1; i >= 0; i--) {
    if (between[i + 1]! > 0) groups.push({ size: between[i + 1]!, gains: noGains });
    groups.push({ size: level[i]!, gains: gains[i]! });
  }
  const ideal = [...relevant.map(({ gain }) => gain), ...missing].sort((a, b) => b - a);
  return { groups, ideal, size: scores.length };
}

/** Items above a level and below the next (`between[i + 1]` above level i; [0] below all), and on each level. */
function countByLevel(
  scores: Float64Array,
  levels: Float64Array,
): { between: Int32Array; level: Int32Array } {
  const half = levels.length < 16 ? 8 : 2 ** Math.floor(Math.log2(levels.length));
  // No score is below or equal to what is no number.
  const padded = new Float64Array(2 * half).fill(NaN);
  padded.set(levels);
  // Two counts a place: below level i, and on it.
  const counts = new Int32Array(4 * half);
  if (half === 8) countAmongSixteen(scores, padded, counts);
  else {
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]!;
      let place = 0;
      for (let step = half; step > 0; step >>= 1)
        place += step * Number(padded[place + step - 1]! < score);
      counts[2 * place + Number(padded[place] === score)]!++;
    }
  }
  // Only what is no number, or below all levels, is counted there.
  if (counts[0]! > 0) refuseNaN(scores);
  return {
    between: Int32Array.from({ length: levels.length + 1 }, (_, i) => counts[2 * i]!),
    level: Int32Array.from(levels, (_, i) => counts[2 * i + 1]!),
  };
}

// The same for up to 15 levels, written out: comparisons as numbers leave no branch to guess, which is three times as fast.
function countAmongSixteen(scores: Float64Array, padded: Float64Array, counts: Int32Array): void {
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    let place = Number(padded[7]! < score) << 3;
    place += Number(padded[place + 3]! < score) << 2;
    place += Number(padded[place + 1]! < score) << 1;
    place += Number(padded[place]! < score);
    counts[2 * place + Number(padded[place] === score)]!++;
  }
}

function refuseNaN(scores: Float64Array): void {
  for (let i = 0; i < scores.length; i++) if (Number.isNaN(scores[i]!)) throw scoreIsNoNumber();
}

/** Index of the first level that is not below the score. */
function placeIn(levels: Float64Array, score: number): number {
  let [low, high] = [0, levels.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (levels[middle]! < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One tie group met on the way down a list: positions `first`..`last` (from 1, cut at k) of `size`. */
export type GroupView = TieGroup & {
  /** Position of the group's first item. */
  first: number;
  /** Position of its last item within the cut-off. */
  last: number;
  /** Relevant items in all groups above. */
  before: number;
};

/** The groups of a list down to position k. */
export function* groupsWithin({ groups }: JudgedList, k: number): Generator<GroupView> {
  let [above, before] = [0, 0];
  for (const { size, gains } of groups) {
    if (above >= k) return;
    yield { size, gains, first: above + 1, last: Math.min(k, above + size), before };
    above += size;
    before += gains.length;
  }
}

/** Expected gain on each position of a group: items of a group are equally likely anywhere in it. */
export function expectedGain({ gains, size }: TieGroup): number {
  return gains.reduce((sum, gain) => sum + gain, 0) / size;
}

/** 1/log2(position + 1), summed over positions first..last; long stretches from a table of running sums. */
export function discountSum(first: number, last: number): number {
  if (last - first >= 64) return runningDiscount(last) - runningDiscount(first - 1);
  let sum = 0;
  for (let position = first; position <= last; position++) sum += 1 / Math.log2(position + 1);
  return sum;
}

const runningDiscounts = [0];

function runningDiscount(position: number): number {
  for (let p = runningDiscounts.length; p <= position; p++)
    runningDiscounts.push(runningDiscounts[p - 1]! + 1 / Math.log2(p + 1));
  return runningDiscounts[position]!;
}
