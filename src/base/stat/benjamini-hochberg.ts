// The step-up correction that holds the share of false findings: sorted ascending, p(i) is multiplied by m / i, made
// monotone from the largest down. Benjamini & Hochberg, "Controlling the false discovery rate", JRSS B 1995.

/** Adjusted p-values of one family, in the order given. */
export function adjustByBh(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[b]! - p[a]!);
  const adjusted = Array.from(p);
  let ceiling = 1;
  order.forEach((index, step) => {
    ceiling = Math.min(ceiling, p[index]! * (p.length / (p.length - step)));
    adjusted[index] = ceiling;
  });
  return adjusted;
}
