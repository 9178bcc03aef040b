// Item-based nearest neighbours (Deshpande and Karypis 2004, doi:10.1145/963770.963776): cosine on binary train
// interactions; score(user, i) = sum of sim(i, j) over the user's items j, where i and j are neighbours. Neighbours "of
// target": j is among the k nearest of i (RecBole's ItemKNN). "Of history": i is among the k nearest of j.

import { fittedOf } from "./histories.ts";
import { makeSparseTable, type ItemWeights } from "./item-weights.ts";
import { fillParams, numberOf, wholeParam, type ParamSpecs } from "./params.ts";
import type { Baseline, TrainData } from "./types.ts";

/** RecBole's guard in the denominator; kept so that scores agree. */
const epsilon = 1e-6;

const usualNeighbours = 20;

/** Whose k nearest count: the scored item's, or those of the items in the history. */
export type NeighboursOf = "target" | "history";

const specs: ParamSpecs = {
  k: wholeParam("Neighbours an item", { default: usualNeighbours, tried: [10, 20, 50, 100, 200] }),
  neighboursOf: {
    kind: "choice",
    about: "Whose nearest items count: the scored item's (as RecBole does) or the history's",
    default: "target",
    tried: ["target", "history"],
  },
};

export const itemKnn = makeItemKnn(usualNeighbours);

/** Item-kNN with `neighbourCount` neighbours an item, unless its parameters say otherwise. */
export function makeItemKnn(neighbourCount: number): Baseline {
  return {
    name: "item-knn",
    about: "items that are near (cosine) to those the user has",
    kind: "classic",
    params: specs,
    fit(train, { params }) {
      const filled = fillParams("item-knn", specs, { k: neighbourCount, ...params });
      const neighboursOf = filled["neighboursOf"] as NeighboursOf;
      return fittedOf(train, fitItemKnn(train, numberOf(filled, "k"), neighboursOf));
    },
  };
}

/** Weights from each item to the items that have it among their nearest; "history": to its own nearest. */
export function fitItemKnn(
  train: TrainData,
  neighbourCount = usualNeighbours,
  neighboursOf: NeighboursOf = "target",
): ItemWeights {
  const { itemCount } = train;
  const byUser = groupDistinct(train.user, train.item, train.userCount);
  const neighbours = nearestItems(train, byUser, neighbourCount);
  if (neighboursOf === "history") {
    const own = makeSparseTable(itemCount);
    for (const { item, similarity } of neighbours) {
      item.forEach((near, at) => own.add(near, similarity[at]!));
      own.endRow();
    }
    return { itemCount, table: own.finish(), lastRows: null };
  }
  const incoming = Array.from({ length: itemCount }, (): number[] => []);
  for (const [target, { item }] of neighbours.entries()) {
    for (const near of item) incoming[near]!.push(target);
  }
  const table = makeSparseTable(itemCount);
  for (const [near, targets] of incoming.entries()) {
    for (const target of targets) {
      const { item, similarity } = neighbours[target]!;
      table.add(target, similarity[item.indexOf(near)]!);
    }
    table.endRow();
  }
  return { itemCount, table: table.finish(), lastRows: null };
}

type Groups = { offsets: Int32Array; values: Int32Array };
type Neighbours = { item: Int32Array; similarity: Float64Array };

/** Distinct values of each key, ascending. */
function groupDistinct(keys: Int32Array, values: Int32Array, size: number): Groups {
  const order = Array.from(keys.keys()).sort(
    (a, b) => keys[a]! - keys[b]! || values[a]! - values[b]!,
  );
  const offsets = new Int32Array(size + 1);
  const distinct: number[] = [];
  let previous = -1;
  for (const [place, r] of order.entries()) {
    const repeats = place > 0 && keys[previous] === keys[r] && values[previous] === values[r];
    previous = r;
    if (repeats) continue;
    distinct.push(values[r]!);
    offsets[keys[r]! + 1]!++;
  }
  for (let key = 0; key < size; key++) offsets[key + 1]! += offsets[key]!;
  return { offsets, values: Int32Array.from(distinct) };
}

/** Of each item its k most similar items (not itself); ties fall to the lower index, so that a fit is repeatable. */
function nearestItems(train: TrainData, byUser: Groups, k: number): Neighbours[] {
  const byItem = groupDistinct(train.item, train.user, train.itemCount);
  const users = (item: number): number => byItem.offsets[item + 1]! - byItem.offsets[item]!;
  const shared = new Float64Array(train.itemCount);
  return Array.from({ length: train.itemCount }, (_, item) => {
    const touched: number[] = [];
    for (let u = byItem.offsets[item]!; u < byItem.offsets[item + 1]!; u++) {
      const user = byItem.values[u]!;
      for (let r = byUser.offsets[user]!; r < byUser.offsets[user + 1]!; r++) {
        const other = byUser.values[r]!;
        if (other === item) continue;
        if (shared[other] === 0) touched.push(other);
        shared[other]!++;
      }
    }
    // The best k so far, best first; most items fall below the last of them.
    const best = { item: new Int32Array(k), similarity: new Float64Array(k) };
    let held = 0;
    for (const other of touched) {
      const similarity = shared[other]! / (Math.sqrt(users(item) * users(other)) + epsilon);
      shared[other] = 0;
      if (held === k && similarity < best.similarity[k - 1]!) continue;
      let at = held;
      while (at > 0 && comesBefore(similarity, other, best, at - 1)) at--;
      if (at === k) continue;
      if (held < k) held++;
      best.item.copyWithin(at + 1, at, held - 1);
      best.similarity.copyWithin(at + 1, at, held - 1);
      best.item[at] = other;
      best.similarity[at] = similarity;
    }
    return { item: best.item.slice(0, held), similarity: best.similarity.slice(0, held) };
  });
}

function comesBefore(similarity: number, item: number, best: Neighbours, at: number): boolean {
  const other = best.similarity[at]!;
  return similarity > other || (similarity === other && item < best.item[at]!);
}
