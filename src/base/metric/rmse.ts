// Root mean squared error of a predicted rating: sqrt(mean((predicted − actual)²)). The mean runs over users before the
// root is taken, so per-user values are squared errors and two systems are compared on those, not on roots.
// Herlocker et al., TOIS 2004.

import { largestError, type ValueMetric } from "./metric.ts";

export const rmse: ValueMetric = {
  kind: "value",
  name: "rmse",
  higherIsBetter: false,
  citation: "Herlocker et al., TOIS 2004",
  row: (predicted, actual) => (predicted - actual) ** 2,
  miss: (actual, scale) => largestError(actual, scale) ** 2,
  finish: Math.sqrt,
};
