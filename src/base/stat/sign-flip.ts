// Two-sided paired permutation test by flipping signs of per-user differences: under "no difference" each sign is a fair
// coin. p = (1 + #{|sum*| >= |sum|}) / (B + 1), never 0. Phipson & Smyth, "Permutation p-values should never be zero",
// SAGMB 2010; for retrieval: Smucker et al., CIKM 2007.

import type { Rng } from "../rng.ts";
import { defaultResamples } from "./bootstrap.ts";

// A table instead of a branch that no processor can guess.
const signOf = Float64Array.of(-1, 1);

/**
 * p of the differences `values[n]` having mean 0, from `flips` random sign assignments; 1 where all are 0.
 * @throws RangeError for a difference that is no number: it would make every assignment less extreme.
 */
export function signFlipTest(
  values: Float64Array,
  rng: Rng,
  flips: number = defaultResamples,
): number {
  // A zero stays zero under either sign.
  const differences = values.filter((value) => value !== 0);
  const n = differences.length;
  if (n === 0) return 1;
  if (!differences.every(Number.isFinite)) throw new RangeError("a difference is not a number");
  let observed = 0;
  let size = 0;
  for (const d of differences) {
    observed += d;
    size += Math.abs(d);
  }
  // Assignments that tie in exact arithmetic may differ in the last bits.
  const bar = Math.abs(observed) - size * 1e-13;
  let asExtreme = 0;
  for (let b = 0; b < flips; b++) {
    let sum = 0;
    for (let from = 0; from < n; from += 32) {
      let signs = rng.int(4294967296);
      const to = Math.min(from + 32, n);
      for (let i = from; i < to; i++) {
        sum += signOf[signs & 1]! * differences[i]!;
        signs >>>= 1;
      }
    }
    if (Math.abs(sum) >= bar) asExtreme++;
  }
  return (1 + asExtreme) / (flips + 1);
}
