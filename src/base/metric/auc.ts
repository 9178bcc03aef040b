// AUC: the chance that a positive row scores above a negative one, ties counting one half; over all rows together, not
// per user (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747; the same number as scikit-learn's roc_auc_score).
// From ranks: (sum of the positives' mean ranks - p(p + 1)/2) / (p n), p positives and n negatives.

import { DataError } from "../errors.ts";

/**
 * The AUC of `scores[row]`, higher meaning positive, against `positive[row]` (0 or 1). NaN where one class is missing.
 * @throws DataError `score-not-a-number` for a NaN score; RangeError for columns of different length.
 */
export function auc(scores: Float64Array, positive: Uint8Array): number {
  if (scores.length !== positive.length) {
    throw new RangeError(`${scores.length} scores for ${positive.length} rows`);
  }
  if (scores.some(Number.isNaN)) {
    throw new DataError("a score is not a number", { code: "score-not-a-number" });
  }
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let rankSum = 0;
  let positives = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    let tied = 0;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) {
      tied += positive[order[end]!]!;
      end++;
    }
    // Ranks start + 1 … end share their mean.
    rankSum += (tied * (start + 1 + end)) / 2;
    positives += tied;
    start = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return NaN;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
