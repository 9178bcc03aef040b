import fc from "fast-check";
import { expect, test } from "vitest";
import { fittedOf, groupByUser } from "../../../../src/log/baseline/histories.ts";
import {
  makeSparseTable,
  scoreHistory,
  type ItemWeights,
} from "../../../../src/log/baseline/item-weights.ts";
import { askedOf } from "./train-of.ts";

const size = 4;
const cells = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -9, max: 9 })), {
  minLength: size * size,
  maxLength: size * size,
});

/** The same weights as a dense and as a sparse table. */
function bothTables(values: number[], lastRows: number | null): ItemWeights[] {
  const sparse = makeSparseTable(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (values[i * size + j] !== 0) sparse.add(j, values[i * size + j]!);
    }
    sparse.endRow();
  }
  const dense = { kind: "dense" as const, weights: Float64Array.from(values) };
  return [dense, sparse.finish()].map((table) => ({ itemCount: size, table, lastRows }));
}

test("a history scores the same from a dense and a sparse table", () => {
  const history = fc.array(fc.nat(size - 1), { maxLength: 8 });
  fc.assert(
    fc.property(cells, history, fc.option(fc.integer({ min: 1, max: 4 })), (values, own, last) => {
      const rows = last === null ? [...new Set(own)] : own.slice(-last).reverse();
      const expected = Array.from({ length: size }, (_, j) =>
        rows.reduce(
          (sum, i, k) => sum + values[i * size + j]! * (last === null ? 1 : 1 / (1 + k)),
          0,
        ),
      );
      for (const weights of bothTables(values, last)) {
        const scores = scoreHistory(weights, own);
        expected.forEach((value, j) => expect(scores[j]).toBeCloseTo(value, 10));
      }
    }),
  );
});

test("sparse tables grow, and lie in memory that threads share", () => {
  const table = makeSparseTable(2);
  for (let i = 0; i < 5000; i++) table.add(i, i);
  table.endRow();
  table.endRow();
  const { offsets, items, weights } = table.finish();
  expect([...offsets]).toEqual([0, 5000, 5000]);
  expect([items[4999], weights[4999]]).toEqual([4999, 4999]);
  for (const column of [offsets, items, weights])
    expect(column.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test("histories keep the order of rows; what is asked about another one is scored with that", () => {
  const train = { user: Int32Array.of(0, 1, 0), item: Int32Array.of(3, 2, 1) };
  const { offsets, items } = groupByUser(3, train);
  expect([[...offsets], [...items]]).toEqual([
    [0, 2, 3, 3],
    [3, 1, 2],
  ]);
  // With one row the last of them counts: item 1 for user 0, item 2 for user 1, none for user 2.
  const values = Array.from({ length: size * size }, (_, at) => at);
  const none = new Float64Array(3);
  const data = { ...train, userCount: 3, itemCount: size, rating: none, time: none };
  const fitted = fittedOf(data, bothTables(values, 1)[0]!);
  const both = Int32Array.of(3, 0);
  expect([0, 1, 2].map((user) => [...fitted.score(user, both)])).toEqual([
    [7, 4],
    [11, 8],
    [0, 0],
  ]);
  const asked = askedOf([
    [1, NaN],
    [2, NaN],
  ]);
  const scores = fitted.score(2, both, asked);
  expect([...scores]).toEqual([11, 8]);
});
