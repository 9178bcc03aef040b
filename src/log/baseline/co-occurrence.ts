// Decayed co-occurrence: T[a][b] = sum of 1/d over all places where b follows a by d <= W rows in a user's train rows;
// score(b) = sum over the user's last W rows, k from the end, of T[row k][b] / (1 + k). With W = 1 a first-order Markov
// chain of counts. A strong and nearly free sequential baseline.

import { fittedOf, groupByUser, groupInOrder } from "./histories.ts";
import { makeSparseTable, type ItemWeights } from "./item-weights.ts";
import { fillParams, numberOf, wholeParam, type ParamSpecs } from "./params.ts";
import type { Baseline, TrainData } from "./types.ts";

/** Rows that count as near. */
const usualWindow = 10;

const specs: ParamSpecs = {
  window: wholeParam("Rows that count as near", {
    default: usualWindow,
    tried: [1, 2, 3, 5, 10, 20],
  }),
};

export const coOccurrence: Baseline = {
  name: "co-occurrence",
  about: "items that followed the user's last ones, nearer ones counting more",
  kind: "classic",
  params: specs,
  fit(train, { params }) {
    const window = numberOf(fillParams("co-occurrence", specs, params), "window");
    return fittedOf(train, fitCoOccurrence(train, window));
  },
};

export const markov: Baseline = {
  name: "markov",
  about: "items that came right after the last one",
  kind: "classic",
  fit: (train) => fittedOf(train, fitCoOccurrence(train, 1)),
};

export function fitCoOccurrence(train: TrainData, window = usualWindow): ItemWeights {
  const { offsets, items } = groupByUser(train.userCount, train);
  // Where each item stands in `items`, ascending.
  const places = groupInOrder(train.itemCount, items, Int32Array.from(items.keys()));
  const userEnd = new Int32Array(items.length);
  for (let u = 0; u < train.userCount; u++)
    userEnd.fill(offsets[u + 1]!, offsets[u], offsets[u + 1]);
  const table = makeSparseTable(train.itemCount);
  const sums = new Float64Array(train.itemCount);
  for (let item = 0; item < train.itemCount; item++) {
    const touched: number[] = [];
    for (let p = places.offsets[item]!; p < places.offsets[item + 1]!; p++) {
      const at = places.values[p]!;
      const end = Math.min(userEnd[at]!, at + window + 1);
      for (let next = at + 1; next < end; next++) {
        const other = items[next]!;
        if (sums[other] === 0) touched.push(other);
        sums[other]! += 1 / (next - at);
      }
    }
    for (const other of touched.sort((a, b) => a - b)) {
      table.add(other, sums[other]!);
      sums[other] = 0;
    }
    table.endRow();
  }
  return { itemCount: train.itemCount, table: table.finish(), lastRows: window };
}
