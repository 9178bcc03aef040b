// Holm's step-down correction: sorted ascending, p(i) is multiplied by (m − i + 1), made monotone and capped at 1.
// Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 1979.

/** Adjusted p-values of one family, in the order given. */
export function adjustByHolm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!);
  const adjusted = Array.from(p);
  let floor = 0;
  order.forEach((index, step) => {
    floor = Math.max(floor, Math.min(1, p[index]! * (p.length - step)));
    adjusted[index] = floor;
  });
  return adjusted;
}
