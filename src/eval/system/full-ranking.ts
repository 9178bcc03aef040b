// A whole catalog in order for one user. The prediction file keeps the top of it and where the true item stands, ties apart:
// 943 users × 1,682 scores would be 1.6 million numbers a system, of which no metric needs more than this.

import { DataError } from "../../base/errors.ts";
import type { Prediction } from "../score/types.ts";

/** So many more than asked for are gathered before they are sorted. */
const spare = 64;

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
  const own = scores[truth]!;
  const byScore = (a: number, b: number): number => scores[b]! - scores[a]! || a - b;
  const top: number[] = [];
  // What is no better than this cannot be among the best: equal scores go by index, and indices rise.
  let least = NaN;
  let [greater, equal, of] = [0, -1, 0];
  for (let item = 0; item < scores.length; item++) {
    if (hidden[item] === 1) continue;
    const score = scores[item]!;
    of++;
    if (score > own) greater++;
    else if (score === own) equal++;
    else if (!(score < own)) throw notANumber();
    if (score <= least) continue;
    top.push(item);
    if (top.length < 2 * keep + spare) continue;
    top.sort(byScore).length = keep;
    least = scores[top[keep - 1]!]!;
  }
  return { top: top.sort(byScore).slice(0, keep), rank: { greater, equal, of } };
}

/** What a score that is none says. `where`: the example that was asked. */
export function notANumber(where?: string): DataError {
  return new DataError("a score is not a number", {
    code: "score-not-a-number",
    ...(where === undefined ? {} : { where }),
    next: "A baseline must score what it is asked for; other parameters may keep it from diverging.",
  });
}
