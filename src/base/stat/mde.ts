// How small a difference n users can show: at 80% power and two-sided 5%, (z.975 + z.80) = 1.96 + 0.84 = 2.8 standard
// errors. Bloom, "Minimum detectable effects", Evaluation Review 1995.

const standardErrors = 2.8;

/** Smallest mean difference likely to be found with n pairs whose differences have standard deviation `sd`. */
export function minimumDetectableEffect(sd: number, n: number): number {
  return (standardErrors * sd) / Math.sqrt(n);
}

/** Pairs needed to find a mean difference of `delta`; Infinity for 0. */
export function sizeNeeded(sd: number, delta: number): number {
  return delta === 0 ? Infinity : Math.max(2, Math.ceil(((standardErrors * sd) / delta) ** 2));
}
