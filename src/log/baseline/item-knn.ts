// Item-based nearest neighbours (Deshpande and Karypis 2004, doi:10.1145/963770.963776), computed as RecBole's ItemKNN
// does: cosine on binary train interactions, and of each target item the k = 20 nearest items;
// score(user, i) = sum of sim(i, j) over the user's items j among the neighbours of i.

import { fittedOf } from "./histories.ts";
import { makeSparseTable, type ItemWeights } from "./item-weights.ts";
import type { Baseline, TrainData } from "./types.ts";

/** RecBole's guard in the denominator; kept so that scores agree. */
const epsilon = 1e-6;

const usualNeighbours = 20;

export const itemKnn = makeItemKnn(usualNeighbours);

/** Item-kNN with `neighbourCount` neighbours an item. */
export function makeItemKnn(neighbourCount: number): Baseline {
  return {
    name: "item-knn",
    about: `items whose ${neighbourCount} nearest items (cosine) the user has`,
    kind: "classic",
    fit: (train) => fittedOf(train, fitItemKnn(train, neighbourCount)),
  };
}

/** Weights from each item to the items that have it among their nearest. */
export function fitItemKnn(train: TrainData, neighbourCount = usualNeighbours): ItemWeights {
  const { itemCount } = train;
  const byUser = groupDistinct(train.user, train.item, train.userCount);
  const neighbours = nearestItems(train, byUser, neighbourCount);
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
    const similar = touched.map((other) => ({
      other,
      similarity: shared[other]! / (Math.sqrt(users(item) * users(other)) + epsilon),
    }));
    for (const other of touched) shared[other] = 0;
    similar.sort((a, b) => b.similarity - a.similarity || a.other - b.other);
    const top = similar.slice(0, k);
    return {
      item: Int32Array.from(top, (n) => n.other),
      similarity: Float64Array.from(top, (n) => n.similarity),
    };
  });
}
