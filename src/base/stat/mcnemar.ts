// McNemar's exact test for paired yes/no outcomes: of the users on whom two systems differ, each side is a fair coin.
// McNemar, "Note on the sampling error of the difference between correlated proportions", Psychometrika 1947.

/** Two-sided p of `wins` against `losses` (ties do not count): min(1, 2 P(X <= fewer)), X binomial(wins + losses, ½). */
export function mcnemarTest(wins: number, losses: number): number {
  const n = wins + losses;
  const fewer = Math.min(wins, losses);
  let logTerm = -n * Math.LN2;
  let sum = 0;
  for (let i = 0; i <= fewer; i++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((n - i) / (i + 1));
  }
  return Math.min(1, 2 * sum);
}

/** Wins and losses of differences that are all −1, 0 or 1; null where one is something else. */
export function countDiscordant(
  differences: Float64Array,
): { wins: number; losses: number } | null {
  let [wins, losses] = [0, 0];
  for (const difference of differences) {
    if (difference === 1) wins++;
    else if (difference === -1) losses++;
    else if (difference !== 0) return null;
  }
  return { wins, losses };
}
