// The rule that turns an interval and a p-value into words. Equivalence is two one-sided tests at 5%, i.e. the 90%
// interval inside the margin: Schuirmann, J. Pharmacokinetics and Biopharmaceutics 1987.

import type { Interval } from "./bootstrap.ts";

export type Verdict = "better" | "worse" | "equivalent" | "no difference shown";

export type Evidence = {
  /** p after correction over its family. */
  p: number;
  interval95: Interval;
  interval90: Interval;
  higherIsBetter: boolean;
  /** Differences up to this size do not matter; null where nobody said. */
  margin: number | null;
};

/**
 * `better`: p < .05 and the 95% interval lies on the good side of 0; `worse` mirrored; `equivalent`: the 90%
 * interval lies inside ± margin; else `no difference shown`. A difference that is shown is never called equivalent.
 */
export function decideVerdict({
  p,
  interval95,
  interval90,
  higherIsBetter,
  margin,
}: Evidence): Verdict {
  if (p < 0.05 && interval95.low > 0) return higherIsBetter ? "better" : "worse";
  if (p < 0.05 && interval95.high < 0) return higherIsBetter ? "worse" : "better";
  if (margin !== null && interval90.low > -margin && interval90.high < margin) return "equivalent";
  return "no difference shown";
}
