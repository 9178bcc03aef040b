// Two one-sided tests of equivalence on the bootstrap distribution: p is the larger share of resampled means at or beyond
// either margin. p < .05 says the same as a 90% interval inside ± margin, up to the +1 of Phipson & Smyth (2010).
// Schuirmann, J. Pharmacokinetics and Biopharmaceutics 1987.

/** p of the mean lying at or beyond ± margin (> 0), from the bootstrap means. */
export function equivalenceTest(means: Float64Array, margin: number): number {
  let [low, high] = [0, 0];
  for (const value of means) {
    if (value <= -margin) low++;
    if (value >= margin) high++;
  }
  return (1 + Math.max(low, high)) / (means.length + 1);
}
