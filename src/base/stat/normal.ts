// The normal distribution function and its inverse, to double precision. Φ by its Taylor series around 0, by the continued
// fraction of Mills' ratio in the tails (Marsaglia, "Evaluating the normal distribution", Journal of Statistical Software 2004).

/** Beyond this the series would lose the tail's digits. */
const tail = 3;

/** P(Z <= z) of a standard normal Z. */
export function normalCdf(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > tail) return 1 - density * millsRatio(z);
  if (z < -tail) return density * millsRatio(-z);
  let [sum, term] = [z, z];
  for (let i = 3; Math.abs(term) > 1e-18; i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return 0.5 + density * sum;
}

// (1 − Φ(z)) / φ(z) = 1/(z + 1/(z + 2/(z + 3/(z + …)))).
function millsRatio(z: number): number {
  let fraction = z;
  for (let i = 200; i >= 1; i--) fraction = z + i / fraction;
  return 1 / fraction;
}

/** The z with P(Z <= z) = p; ∓Infinity for 0 and 1. By Newton's steps inside a shrinking bracket. */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (!(p > 0)) return p === 0 ? -Infinity : NaN;
  let [low, high, z] = [-39, 0, -1];
  for (let i = 0; i < 100; i++) {
    const off = normalCdf(z) - p;
    if (off > 0) high = z;
    else low = z;
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const next = z - off / density;
    const kept = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(kept - z) < 1e-15 * Math.max(1, Math.abs(z))) return kept;
    z = kept;
  }
  return z;
}
