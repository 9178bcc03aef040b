// A whole catalog in order for one user. The prediction file keeps the top of it and where the true item stands, ties apart:
// 943 users × 1,682 scores would be 1.6 million numbers a system, of which no metric needs more than this.

import { DataError } from "../../base/errors.ts";
import type { Prediction } from "../score/types.ts";

export type Ranked = { top: number[]; rank: NonNullable<Prediction["rank"]> };

/**
 * Ranks every item that is not masked; the true item always is ranked. `top`: indices of the best `keep`, best first,
 * equal scores by index.
 * @throws DataError `score-not-a-number`.
 */
export function rankCatalog(
  scores: Float64Array,
  truth: number,
  { masked, keep }: { masked: Iterable<number>; keep: number },
): Ranked {
  const hidden = new Uint8Array(scores.length);
  for (const item of masked) hidden[item] = 1;
  hidden[truth] = 0;
  const open: number[] = [];
  for (let item = 0; item < scores.length; item++) if (hidden[item] === 0) open.push(item);
  const ranked = Float64Array.from(open, (item) => scores[item]!);
  const own = scores[truth]!;
  let [greater, equal] = [0, -1];
  for (const score of ranked) {
    if (score > own) greater++;
    else if (score === own) equal++;
    else if (!(score < own)) throw notANumber();
  }
  const count = Math.min(keep, open.length);
  const least = Float64Array.from(ranked).sort()[open.length - count]!;
  const top = open
    .filter((item) => scores[item]! >= least)
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, count);
  return { top, rank: { greater, equal, of: open.length } };
}

function notANumber(): DataError {
  return new DataError("a score is not a number", {
    code: "score-not-a-number",
    next: "A baseline must score every item of the catalog; other parameters may keep it from diverging.",
  });
}
