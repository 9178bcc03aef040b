// Accuracy of a predicted rating: 1 if the nearest value of the scale is the actual rating, else 0; halfway rounds up.
// Herlocker et al., TOIS 2004.

import type { ValueMetric } from "./metric.ts";

export const accuracy: ValueMetric = {
  kind: "value",
  name: "accuracy",
  higherIsBetter: true,
  citation: "Herlocker et al., TOIS 2004",
  row: (predicted, actual, scale) => (nearestOf(predicted, scale) === actual ? 1 : 0),
  miss: () => 0,
};

/** The nearest value of the scale; halfway rounds up. */
export function nearestOf(value: number, scale: readonly number[]): number {
  let nearest = value;
  let distance = Infinity;
  for (const step of scale) {
    const away = Math.abs(step - value);
    if (away <= distance) {
      nearest = step;
      distance = away;
    }
  }
  return nearest;
}
