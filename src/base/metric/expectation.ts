// Rating metrics of the expectation over the scale instead of the one rating that was chosen: E[r] = Σ r P(r) ÷ Σ P(r),
// from the log-probability of each rating as the answer. Named with -expected. Liu et al., "G-Eval", EMNLP 2023, on scores
// weighted by token probabilities.

import { accuracy } from "./accuracy.ts";
import { mae } from "./mae.ts";
import type { ValueMetric } from "./metric.ts";
import { rmse } from "./rmse.ts";

const ofExpectation = (metric: ValueMetric): ValueMetric => ({
  ...metric,
  name: `${metric.name}-expected`,
  citation: `${metric.citation}, of E[rating] (Liu et al., EMNLP 2023)`,
});

export const maeExpected = ofExpectation(mae);
export const rmseExpected = ofExpectation(rmse);
export const accuracyExpected = ofExpectation(accuracy);

/** The expected rating from log-probabilities by rating; null where there is none. */
export function expectedRating(logProbabilities: Readonly<Record<string, number>>): number | null {
  const entries = Object.entries(logProbabilities);
  const highest = Math.max(...entries.map(([, logProbability]) => logProbability));
  if (!Number.isFinite(highest)) return null;
  let [sum, mass] = [0, 0];
  for (const [rating, logProbability] of entries) {
    const weight = Math.exp(logProbability - highest);
    sum += weight * Number(rating);
    mass += weight;
  }
  return sum / mass;
}
