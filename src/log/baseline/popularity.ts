// Popularity: how often train holds the item (RecBole's Pop), over all time or in the days before the target alone. The
// recent one counts up to the target's own moment, so that it sees nothing that came later.

import { fillParams, numberOf, realParam, type ParamSpecs } from "./params.ts";
import { groupInOrder } from "./histories.ts";
import { scoreEach } from "./score-each.ts";
import type { Baseline, TrainData } from "./types.ts";

export const popularity: Baseline = {
  name: "popularity",
  about: "items by their number of train interactions",
  kind: "trivial",
  fit(train) {
    const counts = countItems(train);
    return { score: (_user, items) => scoreEach(items, (item) => counts[item]!) };
  },
};

const daySeconds = 86_400;

const specs: ParamSpecs = {
  days: realParam("Days before the target that count", {
    default: 30,
    tried: [1, 7, 30, 90, 365],
  }),
};

export const recentPopularity: Baseline = {
  name: "recent-popularity",
  about: "items by their number of train interactions in the days before the target",
  kind: "trivial",
  params: specs,
  fit(train, { params }) {
    const seconds = numberOf(fillParams("recent-popularity", specs, params), "days") * daySeconds;
    const { offsets, times, last } = timesByItem(train);
    return {
      score(_user, items, asked) {
        // Without a moment to stand at: the end of train.
        const end = asked && !Number.isNaN(asked.time) ? asked.time : last + 1;
        return scoreEach(items, (item) => {
          const [from, to] = [offsets[item]!, offsets[item + 1]!];
          return firstAt(times, from, to, end) - firstAt(times, from, to, end - seconds);
        });
      },
    };
  },
};

/** Train interactions of each item. */
export function countItems(train: TrainData): Float64Array {
  const counts = new Float64Array(train.itemCount);
  for (const item of train.item) counts[item]!++;
  return counts;
}

/** Times of each item's train rows, ascending, and the last of all. Rows without a time count nowhere. */
function timesByItem(train: TrainData): { offsets: Int32Array; times: Float64Array; last: number } {
  const timed = Array.from(train.time.keys())
    .filter((row) => !Number.isNaN(train.time[row]!))
    .sort((a, b) => train.time[a]! - train.time[b]!);
  const items = Int32Array.from(timed, (row) => train.item[row]!);
  const { offsets, values } = groupInOrder(train.itemCount, items, timed);
  const times = Float64Array.from(values, (row) => train.time[row]!);
  return { offsets, times, last: timed.length === 0 ? 0 : train.time[timed.at(-1)!]! };
}

/** First place in [from, to) whose time is at least `time`; `to` where there is none. */
function firstAt(times: Float64Array, from: number, to: number, time: number): number {
  while (from < to) {
    const middle = (from + to) >> 1;
    if (times[middle]! < time) from = middle + 1;
    else to = middle;
  }
  return from;
}
