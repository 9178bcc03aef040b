// Mean absolute error of a predicted rating: |predicted − actual|. No clipping.
// Herlocker et al., "Evaluating collaborative filtering recommender systems", TOIS 2004.

import { largestError, type ValueMetric } from "./metric.ts";

export const mae: ValueMetric = {
  kind: "value",
  name: "mae",
  higherIsBetter: false,
  citation: "Herlocker et al., TOIS 2004",
  row: (predicted, actual) => Math.abs(predicted - actual),
  miss: largestError,
};
