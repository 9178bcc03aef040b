// ILD@k, intra-list diversity: mean over pairs of listed items of 1 − Jaccard similarity of their genres. Pairs with an item
// without genres, and lists without pairs, are left out.
// Ziegler et al., "Improving recommendation lists through topic diversification", WWW 2005; Smyth & McClave, ICCBR 2001.

import { ratioContributions } from "./influence.ts";
import type { ListRow } from "./listed-items.ts";
import type { CorpusMetric } from "./metric.ts";

export const ild: CorpusMetric<ListRow> = {
  kind: "corpus",
  name: "ild",
  higherIsBetter: true,
  hasCutOff: true,
  citation: "Ziegler et al., WWW 2005; genres, Jaccard",
  contributions(rows) {
    const means = rows.map(diversityOf);
    return ratioContributions(
      means.map((mean) => mean ?? 0),
      means.map((mean) => Number(mean !== null)),
    );
  },
};

function diversityOf({ items, facts }: ListRow): number | null {
  const sets = items.map((item) => facts.genres[item]!).filter((genres) => genres.length > 0);
  let [sum, pairs] = [0, 0];
  for (let i = 1; i < sets.length; i++) {
    for (let j = 0; j < i; j++) {
      const shared = sets[i]!.filter((genre) => sets[j]!.includes(genre)).length;
      sum += 1 - shared / (sets[i]!.length + sets[j]!.length - shared);
      pairs++;
    }
  }
  return pairs === 0 ? null : sum / pairs;
}
