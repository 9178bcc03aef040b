// EASE (Steck 2019, doi:10.1145/3308558.3313710): the linear item-to-item model with a zero diagonal, in closed form.
// G = XᵀX + λI over binary train interactions, P = G⁻¹, B[i][j] = -P[i][j] / P[j][j], B[j][j] = 0; the score of item j is
// the sum of B[i][j] over the items i of the user.

import { DataError } from "../../base/errors.ts";
import { fittedOf, groupByUser } from "./histories.ts";
import type { ItemWeights } from "./item-weights.ts";
import type { Baseline, TrainData } from "./types.ts";

/** A table of 20,000 × 20,000 takes 3.2 GB; the time grows with the cube. */
export const mostEaseItems = 20_000;

export const ease = makeEase(250);

/** EASE with a regularisation of `lambda`. */
export function makeEase(lambda: number): Baseline {
  return {
    name: "ease",
    about: `linear item-to-item model in closed form (EASE, λ = ${lambda})`,
    kind: "classic",
    fit: (train) => fittedOf(train, fitEase(train, lambda)),
  };
}

/** @throws DataError `ease-too-many-items` for a catalog beyond `mostEaseItems`. */
export function fitEase(train: TrainData, lambda = 250): ItemWeights {
  const n = train.itemCount;
  if (n > mostEaseItems) {
    throw new DataError(`ease holds a table of items by items, and ${n} items are too many`, {
      code: "ease-too-many-items",
      next: `Use item-knn or co-occurrence, or raise filter.minItem until at most ${mostEaseItems} items are left.`,
    });
  }
  const table = new Float64Array(new SharedArrayBuffer(8 * n * n));
  countShared(train, table);
  for (let i = 0; i < n; i++) table[i * n + i]! += lambda;
  invert(table, n);
  const diagonal = Float64Array.from({ length: n }, (_, j) => table[j * n + j]!);
  for (let i = 0; i < n; i++) {
    const row = table.subarray(i * n, (i + 1) * n);
    for (let j = 0; j < n; j++) row[j] = -row[j]! / diagonal[j]!;
    row[i] = 0;
  }
  return { itemCount: n, table: { kind: "dense", weights: table }, lastRows: null };
}

/** Lower triangle of XᵀX: users that two items share. */
function countShared(train: TrainData, table: Float64Array): void {
  const n = train.itemCount;
  const { offsets, items } = groupByUser(train.userCount, train);
  for (let u = 0; u < train.userCount; u++) {
    const own = Int32Array.from(new Set(items.subarray(offsets[u], offsets[u + 1]))).sort();
    for (let a = 0; a < own.length; a++) {
      const start = own[a]! * n;
      for (let b = 0; b <= a; b++) table[start + own[b]!]!++;
    }
  }
}

/**
 * Inverts a symmetric positive definite matrix in place, given its lower triangle, rows one after another: Cholesky
 * G = LLᵀ, then M = L⁻¹, then MᵀM. Inner loops run along rows, and each step overwrites only what the later ones no
 * longer read.
 */
export function invert(table: Float64Array, n: number): void {
  const row = (i: number): Float64Array => table.subarray(i * n, i * n + n);
  for (let i = 0; i < n; i++) {
    const own = row(i);
    for (let j = 0; j <= i; j++) {
      const other = row(j);
      let sum = own[j]!;
      for (let k = 0; k < j; k++) sum -= own[k]! * other[k]!;
      own[j] = i === j ? Math.sqrt(sum) : sum / other[j]!;
    }
  }
  const held = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const own = row(i);
    const scale = 1 / own[i]!;
    held.fill(0, 0, i);
    for (let k = 0; k < i; k++) {
      const other = row(k);
      const factor = own[k]!;
      if (factor === 0) continue;
      for (let j = 0; j <= k; j++) held[j]! -= factor * other[j]!;
    }
    for (let j = 0; j < i; j++) own[j] = held[j]! * scale;
    own[i] = scale;
  }
  for (let i = 0; i < n; i++) {
    held.fill(0, 0, i + 1);
    for (let k = i; k < n; k++) {
      const other = row(k);
      const factor = other[i]!;
      if (factor === 0) continue;
      for (let j = 0; j <= i; j++) held[j]! += factor * other[j]!;
    }
    row(i).set(held.subarray(0, i + 1));
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) table[j * n + i] = table[i * n + j]!;
}
