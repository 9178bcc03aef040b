// MAP@k: precision at each relevant item within the first k, summed, ÷ min(k, relevant items) (RecBole's rule).
// Buckley & Voorhees, "Evaluating evaluation measure stability", SIGIR 2000. With ties, the expectation: at place i of a
// group of `size` items, r of them relevant and R relevant above, (r / size) · (R + 1 + (i − 1)(r − 1)/(size − 1)) / position.

import { groupsWithin, type JudgedList } from "./judged-list.ts";
import type { RankMetric } from "./metric.ts";

export const map: RankMetric = {
  kind: "rank",
  name: "map",
  higherIsBetter: true,
  citation:
    "Buckley & Voorhees, SIGIR 2000, ÷ min(k, relevant); ties: McSherry & Najork, ECIR 2008",
  of: (list, k) => divide(precisionSum(list, k), Math.min(k, list.ideal.length)),
};

function divide(sum: number, by: number): number {
  return by === 0 ? 0 : sum / by;
}

/** Expected sum of the precisions at the relevant items within the first k. */
export function precisionSum(list: JudgedList, k: number): number {
  let sum = 0;
  for (const { size, gains, first, last, before } of groupsWithin(list, k)) {
    const relevant = gains.length;
    if (relevant === 0) continue;
    const slope = size > 1 ? (relevant - 1) / (size - 1) : 0;
    for (let position = first; position <= last; position++)
      sum += ((relevant / size) * (before + 1 + (position - first) * slope)) / position;
  }
  return sum;
}
