// What a metric is. Rank metrics look at the scores of one list with one true item; value metrics at one predicted
// number; share metrics at a yes/no fact that some other room establishes (explanations).

import { DataError } from "../errors.ts";

type Named = {
  name: string;
  higherIsBetter: boolean;
  /** Where the formula comes from. */
  citation: string;
};

export type RankMetric = Named & {
  kind: "rank";
  /**
   * Value of one list: `scores[n]` (higher is better), index of the true item, cut-off k (1..n, Infinity for none).
   * Ties take the expectation over a uniformly random order of the tied items.
   */
  value(scores: Float64Array, truth: number, k: number): number;
};

export type ValueMetric = Named & {
  kind: "value";
  /** Contribution of one row; `scale` holds the distinct ratings, ascending. */
  row(predicted: number, actual: number, scale: readonly number[]): number;
  /** Contribution of a row without a usable answer: the largest error that the scale allows. */
  miss(actual: number, scale: readonly number[]): number;
  /** Applied to the mean over users (and to the ends of its interval); monotone. */
  finish?: (mean: number) => number;
};

export type ShareMetric = Named & { kind: "share" };

export type Metric = RankMetric | ValueMetric | ShareMetric;

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
  let equal = -1;
  for (const score of scores) {
    if (score > own) greater++;
    else if (score === own) equal++;
    else if (Number.isNaN(score)) throw notANumber();
  }
  if (Number.isNaN(own)) throw notANumber();
  return { greater, equal };
}

/** Mean of `gain(rank)` over the positions that the true item can take, positions after k gaining nothing. */
export function expectedGain(rank: Rank, k: number, gain: (position: number) => number): number {
  const last = Math.min(k, rank.greater + rank.equal + 1);
  let sum = 0;
  for (let position = rank.greater + 1; position <= last; position++) sum += gain(position);
  return sum / (rank.equal + 1);
}

/** Distance from `actual` to the farther end of the scale. */
export function largestError(actual: number, scale: readonly number[]): number {
  const low = scale[0] ?? actual;
  const high = scale.at(-1) ?? actual;
  return Math.max(Math.abs(actual - low), Math.abs(high - actual));
}

function notANumber(): DataError {
  return new DataError("a score is not a number", {
    code: "score-not-a-number",
    next: "A system must give every candidate a finite score, or leave it out.",
  });
}
