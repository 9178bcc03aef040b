// Errors of predicted ratings over rows, as published tables weigh them: mean |e| and √(mean e²), every row alike, where `mae`
// and `rmse` give every user the same weight. Intervals stay clustered by user. Herlocker et al., TOIS 2004; the spread of
// the root is that of its influence function, (e² − mse) ÷ (2 rmse) (Efron 1982).

import type { RatingRow } from "./kappa.ts";
import { largestError, type CorpusMetric } from "./metric.ts";

/** A row without a usable answer counts as the largest error that the scale allows. */
function errorsOf(rows: readonly RatingRow[]): Float64Array {
  return Float64Array.from(rows, ({ predicted, actual, scale }) =>
    predicted === null ? largestError(actual, scale) : Math.abs(predicted - actual),
  );
}

export const maeRows: CorpusMetric<RatingRow> = {
  kind: "corpus",
  name: "mae-rows",
  higherIsBetter: false,
  hasCutOff: false,
  citation: "Herlocker et al., TOIS 2004; over rows",
  contributions: errorsOf,
};

export const rmseRows: CorpusMetric<RatingRow> = {
  kind: "corpus",
  name: "rmse-rows",
  higherIsBetter: false,
  hasCutOff: false,
  citation: "Herlocker et al., TOIS 2004; over rows",
  contributions(rows) {
    const squares = errorsOf(rows).map((error) => error ** 2);
    const mse = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    const root = Math.sqrt(mse);
    return root === 0 ? squares : squares.map((square) => root + (square - mse) / (2 * root));
  },
};
