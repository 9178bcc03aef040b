// AUC: the chance that a positive row scores above a negative one, ties counting one half; over all rows together, not
// per user (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747; the same number as scikit-learn's roc_auc_score).
// Counted from the lowest score up: a positive wins over every negative below it, and half over those level with it.

import { DataError } from "../errors.ts";

/** Rows that got one score; groups of equal scores may come in parts. */
export type ScoreGroup = { score: number; positives: number; negatives: number };

/** The AUC over all rows of the groups; NaN where one class is missing. */
export function groupedAuc(groups: readonly ScoreGroup[]): number {
  const sorted = [...groups].sort((a, b) => a.score - b.score);
  let [below, wins, positives] = [0, 0, 0];
  for (let start = 0; start < sorted.length;) {
    let end = start;
    const tied = { positives: 0, negatives: 0 };
    for (; end < sorted.length && sorted[end]!.score === sorted[start]!.score; end++) {
      tied.positives += sorted[end]!.positives;
      tied.negatives += sorted[end]!.negatives;
    }
    wins += tied.positives * (below + tied.negatives / 2);
    below += tied.negatives;
    positives += tied.positives;
    start = end;
  }
  return wins / (positives * below);
}

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
  const groups = new Map<number, ScoreGroup>();
  for (const [row, score] of scores.entries()) {
    let group = groups.get(score);
    if (!group) groups.set(score, (group = { score, positives: 0, negatives: 0 }));
    if (positive[row] === 1) group.positives++;
    else group.negatives++;
  }
  return groupedAuc([...groups.values()]);
}
