// EASE (Steck 2019, doi:10.1145/3308558.3313710): the linear item-to-item model with a zero diagonal, in closed form.
// G = XᵀX + λI over binary train interactions, P = G⁻¹, B[i][j] = -P[i][j] / P[j][j], B[j][j] = 0; the score of item j is
// the sum of B[i][j] over the items i of the user.

import { DataError } from "../../base/errors.ts";
import { fittedOf, groupByUser } from "./histories.ts";
import type { ItemWeights } from "./item-weights.ts";
import { fillParams, numberOf, realParam, type ParamSpecs } from "./params.ts";
import type { Baseline, TrainData } from "./types.ts";

/** A table of 10,000 × 10,000 takes 0.8 GB and some ten minutes; the time grows with the cube. */
export const mostEaseItems = 10_000;

const specs: ParamSpecs = {
  lambda: realParam("Regularisation", { default: 250, tried: [50, 100, 250, 500, 1000, 2000] }),
};

export const ease = makeEase(250);

/** EASE with a regularisation of `lambda`, unless its parameters say otherwise. */
export function makeEase(lambda: number): Baseline {
  return {
    name: "ease",
    about: "linear item-to-item model in closed form (EASE)",
    kind: "classic",
    params: specs,
    fit(train, { params }) {
      const filled = fillParams("ease", specs, { lambda, ...params });
      return fittedOf(train, fitEase(train, numberOf(filled, "lambda")));
    },
  };
}

/** @throws DataError `ease-too-many-items` for a catalog beyond `mostEaseItems`, `ease-lambda`. */
export function fitEase(train: TrainData, lambda = 250): ItemWeights {
  const n = train.itemCount;
  if (n > mostEaseItems) {
    throw new DataError(`ease holds a table of items by items, and ${n} items are too many`, {
      code: "ease-too-many-items",
      next: `Use item-knn or co-occurrence, or raise filter.minItem until at most ${mostEaseItems} items are left.`,
    });
  }
  if (lambda <= 0) {
    throw new DataError("ease needs a regularisation above 0", {
      code: "ease-lambda",
      where: "params.lambda",
      next: "250 is usual for MovieLens; without any the matrix may have no inverse.",
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

/** Rows worked on together, so that each other row is fetched once for all of them. */
const blockRows = 32;

/**
 * Inverts a symmetric positive definite matrix in place, given its lower triangle, rows one after another: Cholesky
 * G = LLᵀ, then M = L⁻¹, then MᵀM; about n³ / 2 multiplications. Inner loops run along rows, and each step overwrites only
 * what the later ones no longer read.
 */
export function invert(table: Float64Array, n: number): void {
  const rows = Array.from({ length: n }, (_, i) => table.subarray(i * n, i * n + n));
  for (let start = 0; start < n; start += blockRows) {
    const end = Math.min(n, start + blockRows);
    for (let j = 0; j < end; j++) {
      const other = rows[j]!;
      for (let i = Math.max(j, start); i < end; i++) {
        const own = rows[i]!;
        const rest = own[j]! - dot(own, other, j);
        own[j] = i === j ? Math.sqrt(rest) : rest / other[j]!;
      }
    }
  }
  const held = Array.from({ length: blockRows }, () => new Float64Array(n));
  for (let start = 0; start < n; start += blockRows) {
    const end = Math.min(n, start + blockRows);
    for (const sums of held) sums.fill(0);
    for (let k = 0; k < end; k++) {
      const other = rows[k]!;
      if (k >= start) {
        const scale = 1 / other[k]!;
        const sums = held[k - start]!;
        for (let j = 0; j < k; j++) other[j] = -sums[j]! * scale;
        other[k] = scale;
      }
      for (let i = Math.max(k + 1, start); i < end; i++) {
        addScaled(held[i - start]!, other, rows[i]![k]!, k + 1);
      }
    }
  }
  for (let start = 0; start < n; start += blockRows) {
    const end = Math.min(n, start + blockRows);
    for (const sums of held) sums.fill(0);
    for (let k = start; k < n; k++) {
      const other = rows[k]!;
      for (let i = start; i < Math.min(end, k + 1); i++) {
        addScaled(held[i - start]!, other, other[i]!, i + 1);
      }
    }
    for (let i = start; i < end; i++) rows[i]!.set(held[i - start]!.subarray(0, i + 1));
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) table[j * n + i] = table[i * n + j]!;
}

/** Four sums side by side: one alone would wait for itself. */
function dot(a: Float64Array, b: Float64Array, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    s0 += a[k]! * b[k]!;
    s1 += a[k + 1]! * b[k + 1]!;
    s2 += a[k + 2]! * b[k + 2]!;
    s3 += a[k + 3]! * b[k + 3]!;
  }
  for (; k < length; k++) s0 += a[k]! * b[k]!;
  return s0 + s1 + (s2 + s3);
}

function addScaled(to: Float64Array, from: Float64Array, factor: number, length: number): void {
  if (factor === 0) return;
  for (let j = 0; j < length; j++) to[j]! += factor * from[j]!;
}
