// Distinct-1 and -2: different n-grams of all texts ÷ all n-grams. An n-gram that occurs c times contributes 1/c each time.
// Li et al., "A diversity-promoting objective function for neural conversation models", NAACL 2016. Falls with the amount
// of text: compare systems on the same rows.

import { ratioContributions } from "./influence.ts";
import type { CorpusMetric } from "./metric.ts";
import { countNgrams, type TextRow } from "./text-row.ts";

const makeDistinct = (n: number): CorpusMetric<TextRow> => ({
  kind: "corpus",
  name: `distinct-${n}`,
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Li et al., NAACL 2016",
  contributions(rows) {
    const own = rows.map(({ words }) => countNgrams(words.said, n));
    const all = new Map<string, number>();
    for (const counts of own)
      for (const [ngram, count] of counts) all.set(ngram, (all.get(ngram) ?? 0) + count);
    const shareOf = (counts: ReadonlyMap<string, number>): number =>
      Array.from(counts).reduce((sum, [ngram, count]) => sum + count / all.get(ngram)!, 0);
    return ratioContributions(
      own.map(shareOf),
      rows.map(({ words }) => Math.max(0, words.said.length - n + 1)),
    );
  },
});

export const distinct1 = makeDistinct(1);
export const distinct2 = makeDistinct(2);
