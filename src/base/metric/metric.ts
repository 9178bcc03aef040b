// What a metric is. Rank metrics look at one list, value metrics at one predicted number, share metrics at a yes/no fact
// that another room establishes; corpus metrics need all rows together, and still give one number a row, so that every
// metric is a mean and takes the same statistics (see `CorpusMetric`).

import { DataError } from "../errors.ts";
import type { JudgedList } from "./judged-list.ts";

type Named = {
  name: string;
  higherIsBetter: boolean;
  /** Where the formula comes from. */
  citation: string;
};

export type RankMetric = Named & {
  kind: "rank";
  /**
   * Value of one list at cut-off k (1..n, Infinity for none): the expectation over a uniformly random order of tied
   * items. 0 for a list without any relevant item.
   */
  of(list: JudgedList, k: number): number;
  /** It looks below the relevant items, so that an answer of a few titles, which ranks nothing else, has no value. */
  needsWholeList?: true;
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

export type CorpusMetric<Row = never> = Named & {
  kind: "corpus";
  /** Whether the name carries a cut-off, as `coverage@10` does. */
  hasCutOff: boolean;
  /**
   * One contribution a row. Their mean is the metric; their spread is that of its influence function, as in DeLong et
   * al. 1988 for the AUC and Efron's infinitesimal jackknife (1982) in general. All NaN where the metric is undefined.
   */
  contributions(rows: readonly Row[]): Float64Array;
};

export type Metric = RankMetric | ValueMetric | ShareMetric | CorpusMetric;

/** Distance from `actual` to the farther end of the scale. */
export function largestError(actual: number, scale: readonly number[]): number {
  const low = scale[0] ?? actual;
  const high = scale.at(-1) ?? actual;
  return Math.max(Math.abs(actual - low), Math.abs(high - actual));
}

/** The error of a score that compares with nothing. */
export function scoreIsNoNumber(): DataError {
  return new DataError("a score is not a number", {
    code: "score-not-a-number",
    next: "A system must give every candidate a finite score, or leave it out.",
  });
}
