// Numbers of a whole corpus as means: each row (or user) gets value + influence, so that the mean is the number itself and
// the spread is that of its first-order approximation. Efron, "The Jackknife, the Bootstrap and Other Resampling Plans",
// 1982, chapter 6; for AUC over clustered rows Obuchowski, Biometrics 1997.

/** Contributions of a ratio Σ top ÷ Σ bottom: ratio + n (top − ratio · bottom) / Σ bottom. NaN where Σ bottom is 0. */
export function ratioContributions(
  top: ArrayLike<number>,
  bottom: ArrayLike<number>,
): Float64Array {
  let [tops, bottoms] = [0, 0];
  for (let i = 0; i < top.length; i++) {
    tops += top[i]!;
    bottoms += bottom[i]!;
  }
  const ratio = tops / bottoms;
  return Float64Array.from(
    { length: top.length },
    (_, i) => ratio + (top.length * (top[i]! - ratio * bottom[i]!)) / bottoms,
  );
}

/** Contributions of `value` from the value without each row: value + (n − 1)(mean of those − that). */
export function jackknifeContributions(value: number, without: Float64Array): Float64Array {
  const n = without.length;
  const centre = without.reduce((sum, v) => sum + v, 0) / n;
  return without.map((v) => value + (n - 1) * (centre - v));
}

/**
 * One value a user from one a row: users in order of first appearance in `userOf`. Their mean is that of the rows, and a
 * user's rows move together.
 */
export function sumByUser(
  contributions: Float64Array,
  userOf: readonly string[],
): { users: string[]; values: Float64Array } {
  const n = contributions.length;
  const value = contributions.reduce((sum, v) => sum + v, 0) / n;
  const moved = new Map<string, number>();
  contributions.forEach((v, i) => {
    moved.set(userOf[i]!, (moved.get(userOf[i]!) ?? 0) + v - value);
  });
  const users = Array.from(moved.keys());
  const values = Float64Array.from(moved.values(), (sum) => value + (users.length / n) * sum);
  return { users, values };
}
