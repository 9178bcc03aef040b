// Item-to-item weights: what ease, item-knn and co-occurrence come to. The score of an item is the sum of its weights from
// the items of a history. Plain typed arrays in shared memory, so that worker threads read one copy.

/** Weights from each item to the others, over catalog indices. */
export type ItemWeights = {
  itemCount: number;
  /** Row i: item i's weights to itemCount items; or, sparse, entries offsets[i] <= e < offsets[i + 1]. */
  table:
    | { kind: "dense"; weights: Float64Array }
    | { kind: "sparse"; offsets: Int32Array; items: Int32Array; weights: Float64Array };
  /**
   * null: each distinct item of the history counts once. A number: the last so many rows count, row k from the end by
   * 1 / (1 + k).
   */
  lastRows: number | null;
};

/** Adds the weights of one item, times `factor`, to a score per catalog item. */
export function addWeights(
  { table, itemCount }: ItemWeights,
  item: number,
  factor: number,
  scores: Float64Array,
): void {
  if (table.kind === "dense") {
    const { weights } = table;
    const start = item * itemCount;
    for (let i = 0; i < itemCount; i++) scores[i]! += factor * weights[start + i]!;
    return;
  }
  const { offsets, items, weights } = table;
  for (let e = offsets[item]!; e < offsets[item + 1]!; e++) {
    scores[items[e]!]! += factor * weights[e]!;
  }
}

/** A score per catalog item, from the items of a history, oldest first. */
export function scoreHistory(weights: ItemWeights, history: ArrayLike<number>): Float64Array {
  const scores = new Float64Array(weights.itemCount);
  const { lastRows } = weights;
  if (lastRows === null) {
    for (const item of new Set(Array.from(history))) addWeights(weights, item, 1, scores);
    return scores;
  }
  for (let k = 0; k < Math.min(lastRows, history.length); k++) {
    addWeights(weights, history[history.length - 1 - k]!, 1 / (1 + k), scores);
  }
  return scores;
}

/** Sparse rows, filled item by item in order. */
export function makeSparseTable(itemCount: number): {
  add(item: number, weight: number): void;
  endRow(): void;
  finish(): Extract<ItemWeights["table"], { kind: "sparse" }>;
} {
  const offsets = new Int32Array(new SharedArrayBuffer(4 * (itemCount + 1)));
  let capacity = 1024;
  let items = new Int32Array(capacity);
  let weights = new Float64Array(capacity);
  let entries = 0;
  let rows = 0;
  return {
    add(item, weight) {
      if (entries === capacity) {
        capacity *= 2;
        const [widerItems, widerWeights] = [new Int32Array(capacity), new Float64Array(capacity)];
        widerItems.set(items);
        widerWeights.set(weights);
        [items, weights] = [widerItems, widerWeights];
      }
      items[entries] = item;
      weights[entries++] = weight;
    },
    endRow() {
      offsets[++rows] = entries;
    },
    finish: () => ({
      kind: "sparse",
      offsets,
      items: shared(Int32Array, items.subarray(0, entries)),
      weights: shared(Float64Array, weights.subarray(0, entries)),
    }),
  };
}

function shared<T extends Int32Array | Float64Array>(
  type: (new (buffer: SharedArrayBuffer) => T) & { BYTES_PER_ELEMENT: number },
  from: T,
): T {
  const copy = new type(new SharedArrayBuffer(from.length * type.BYTES_PER_ELEMENT));
  copy.set(from);
  return copy;
}
