// GAUC: AUC within each user, averaged with the user's number of positive rows as weight (RecBole's weights).
// Zhu et al., "Optimized cost per click in Taobao display advertising", KDD 2017. Users with one class only have none.

import { groupedAuc } from "./auc.ts";
import { ratioContributions } from "./influence.ts";
import type { CorpusMetric } from "./metric.ts";
import type { YesNoRow } from "./yes-no.ts";

export const gauc: CorpusMetric<YesNoRow> = {
  kind: "corpus",
  name: "gauc",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Zhu et al., KDD 2017; weights: positives (RecBole)",
  contributions: (rows) => userAucContributions(rows, ({ positives }) => positives),
};

/** Contributions of Σ weight · AUC(user) ÷ Σ weight over users with both classes. */
export function userAucContributions(
  rows: readonly YesNoRow[],
  weightOf: (user: { positives: number; rows: number }) => number,
): Float64Array {
  const byUser = Map.groupBy(rows.keys(), (i) => rows[i]!.user);
  const top = new Float64Array(rows.length);
  const bottom = new Float64Array(rows.length);
  for (const own of byUser.values()) {
    const positives = own.filter((i) => rows[i]!.positive).length;
    if (positives === 0 || positives === own.length) continue;
    const groups = own.map((i) => {
      const { logOdds, positive } = rows[i]!;
      return { score: logOdds, positives: Number(positive), negatives: Number(!positive) };
    });
    const weight = weightOf({ positives, rows: own.length }) / own.length;
    const value = groupedAuc(groups);
    for (const i of own) {
      top[i] = weight * value;
      bottom[i] = weight;
    }
  }
  return ratioContributions(top, bottom);
}
