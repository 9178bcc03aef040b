// Corpus chrF2, 0..100: F-score (recall counts four times) of the mean precision and recall of character 1- to 6-grams,
// white space left out, summed over the corpus. Popović, WMT 2015, as sacrebleu 2.6's CHRF with its defaults.

import type { CorpusMetric } from "./metric.ts";
import { countContributions, countNgrams, countShared, type TextRow } from "./text-row.ts";
import { tokeniseCharacters } from "./tokenise.ts";

const orders = 6;
const recallWeight = 4;

export const chrf: CorpusMetric<TextRow> = {
  kind: "corpus",
  name: "chrf",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Popović, WMT 2015 (chrF2); Post, WMT 2018 (sacrebleu)",
  contributions: (rows) => countContributions(rows.map(chrfCounts), chrfOf),
};

function chrfCounts({ text }: TextRow): Float64Array {
  const [said, reference] = [tokeniseCharacters(text.said), tokeniseCharacters(text.reference)];
  const counts = new Float64Array(3 * orders);
  for (let n = 1; n <= orders; n++) {
    const inReference = Math.max(0, reference.length - n + 1);
    // n-grams that no reference could match do not count against the text.
    counts[3 * n - 3] = inReference === 0 ? 0 : Math.max(0, said.length - n + 1);
    counts[3 * n - 2] = inReference;
    counts[3 * n - 1] = countShared(countNgrams(said, n), countNgrams(reference, n));
  }
  return counts;
}

function chrfOf(counts: Float64Array): number {
  let [precision, recall, order] = [0, 0, 0];
  for (let i = 0; i < counts.length; i += 3) {
    const [said, reference, matches] = [counts[i]!, counts[i + 1]!, counts[i + 2]!];
    if (said === 0 || reference === 0) continue;
    precision += matches / said;
    recall += matches / reference;
    order++;
  }
  if (precision + recall === 0) return 0;
  const [p, r] = [precision / order, recall / order];
  return (100 * (1 + recallWeight) * p * r) / (recallWeight * p + r);
}
