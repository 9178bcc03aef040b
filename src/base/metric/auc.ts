// AUC: the chance that a positive row scores above a negative one, ties counting one half; over all rows together, not
// per user (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747; the same number as scikit-learn's roc_auc_score).
// Counted from the lowest score up: a positive wins over every negative below it, and half over those level with it.

import { scoreIsNoNumber, type CorpusMetric } from "./metric.ts";
import type { YesNoRow } from "./yes-no.ts";

/** AUC over all rows together, by the log-odds of yes (the same order as P(yes) ÷ (P(yes) + P(no))). */
export const aucMetric: CorpusMetric<YesNoRow> = {
  kind: "corpus",
  name: "auc",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Hanley & McNeil 1982; variance: DeLong et al. 1988, Obuchowski 1997",
  contributions: (rows) => aucContributions(rows, ({ logOdds }) => logOdds),
};

/**
 * AUC + n/m (V − AUC), where V is the share of the other class that a row wins against and m the size of its own class
 * (DeLong's structural components).
 */
export function aucContributions(
  rows: readonly YesNoRow[],
  scoreOf: (row: YesNoRow) => number,
): Float64Array {
  const n = rows.length;
  const scores = Float64Array.from(rows, scoreOf);
  if (scores.some(Number.isNaN)) throw scoreIsNoNumber();
  const order = Int32Array.from(rows.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const wins = new Float64Array(n);
  const totals = [0, 0];
  for (const { positive } of rows) totals[positive ? 1 : 0]!++;
  const [negatives, positives] = totals as [number, number];
  let [negativesBelow, positivesBelow] = [0, 0];
  for (let start = 0; start < n;) {
    let end = start;
    let [tiedNegatives, tiedPositives] = [0, 0];
    for (; end < n && scores[order[end]!] === scores[order[start]!]; end++) {
      if (rows[order[end]!]!.positive) tiedPositives++;
      else tiedNegatives++;
    }
    for (; start < end; start++) {
      const row = order[start]!;
      wins[row] = rows[row]!.positive
        ? (negativesBelow + tiedNegatives / 2) / negatives
        : (positives - positivesBelow - tiedPositives / 2) / positives;
    }
    negativesBelow += tiedNegatives;
    positivesBelow += tiedPositives;
  }
  const value =
    rows.reduce((sum, { positive }, i) => (positive ? sum + wins[i]! : sum), 0) / positives;
  if (!(positives * negatives > 0)) return new Float64Array(n).fill(NaN);
  return wins.map(
    (won, i) => value + (n / (rows[i]!.positive ? positives : negatives)) * (won - value),
  );
}

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
    throw scoreIsNoNumber();
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
