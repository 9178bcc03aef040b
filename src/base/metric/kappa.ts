// Quadratic weighted kappa of predicted and actual ratings: 1 − Σ w O ÷ Σ w E with w = (distance on the scale)², O the
// observed pairs and E those of independent margins. Predictions move to the nearest value of the scale (halfway up).
// Cohen, "Weighted kappa", Psychological Bulletin 1968; scikit-learn's cohen_kappa_score(weights="quadratic").

import { nearestOf } from "./accuracy.ts";
import type { CorpusMetric } from "./metric.ts";

/** `predicted` null: no usable answer, which counts as the farthest value of the scale. */
export type RatingRow = { predicted: number | null; actual: number; scale: readonly number[] };

export const kappa: CorpusMetric<RatingRow> = {
  kind: "corpus",
  name: "kappa",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Cohen, Psychological Bulletin 1968; quadratic weights",
  contributions(rows) {
    const n = rows.length;
    const pairs = rows.map(placesOf);
    const size = pairs.reduce((most, [a, b]) => Math.max(most, a, b), 0) + 1;
    const [said, were] = [new Float64Array(size), new Float64Array(size)];
    for (const [a, b] of pairs) {
      said[a]!++;
      were[b]!++;
    }
    const distanceTo = (place: number, counts: Float64Array): number =>
      counts.reduce((sum, count, other) => sum + count * (place - other) ** 2, 0) / n;
    const observed = Float64Array.from(pairs, ([a, b]) => (a - b) ** 2);
    const byChance = Float64Array.from(
      pairs,
      ([a, b]) => distanceTo(a, were) + distanceTo(b, said),
    );
    const top = observed.reduce((sum, v) => sum + v, 0) / n;
    // Each row stands in both margins, so the sum counts every pair twice.
    const bottom = byChance.reduce((sum, v) => sum + v, 0) / n / 2;
    return observed.map(
      (own, i) =>
        1 - top / bottom - (own - top - (top / bottom) * (byChance[i]! - 2 * bottom)) / bottom,
    );
  },
};

function placesOf({ predicted, actual, scale }: RatingRow): [number, number] {
  const place = scale.indexOf(actual);
  if (predicted !== null) return [scale.indexOf(nearestOf(predicted, scale)), place];
  return [place > scale.length - 1 - place ? 0 : scale.length - 1, place];
}
