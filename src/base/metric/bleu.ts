// Corpus BLEU, 0..100: brevity penalty · exp of the mean log precision of 1- to 4-grams, exp smoothing of orders without a
// match. Papineni et al., ACL 2002, as sacrebleu 2.6 (Post, WMT 2018) with nrefs:1|case:mixed|eff:no|smooth:exp; the
// tokeniser stands in the name: bleu/13a, and bleu/char for Korean.

import type { CorpusMetric } from "./metric.ts";
import { countContributions, countNgrams, countShared, type TextRow } from "./text-row.ts";

const orders = 4;

export const bleu: CorpusMetric<TextRow> = {
  kind: "corpus",
  name: "bleu",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Papineni et al., ACL 2002; Post, WMT 2018 (sacrebleu, smooth:exp, eff:no)",
  contributions: (rows) =>
    countContributions(rows.map(bleuCounts), (counts) => bleuOf(counts, { effectiveOrder: false })),
};

/** Length of the text and of its reference, then matches of each order, then n-grams of each order. */
export function bleuCounts({ pieces: { said, reference } }: TextRow): Float64Array {
  const counts = new Float64Array(2 + 2 * orders);
  counts[0] = said.length;
  counts[1] = reference.length;
  for (let n = 1; n <= orders; n++) {
    counts[1 + n] = countShared(countNgrams(said, n), countNgrams(reference, n));
    counts[1 + orders + n] = Math.max(0, said.length - n + 1);
  }
  return counts;
}

/** BLEU of summed counts. With `effectiveOrder`, orders longer than the text are left out (for single sentences). */
export function bleuOf(
  counts: Float64Array,
  { effectiveOrder }: { effectiveOrder: boolean },
): number {
  const [saidLength, referenceLength] = [counts[0]!, counts[1]!];
  if (!counts.subarray(2, 2 + orders).some((count) => count > 0)) return 0;
  const penalty = saidLength < referenceLength ? Math.exp(1 - referenceLength / saidLength) : 1;
  let [smoothing, logs, order] = [1, 0, orders];
  for (let n = 1; n <= orders; n++) {
    const [matches, total] = [counts[1 + n]!, counts[1 + orders + n]!];
    if (total === 0) {
      // sacrebleu's stand-in for log 0 over what is left of the orders.
      if (!effectiveOrder) logs += (orders - n + 1) * -9999999999;
      break;
    }
    if (effectiveOrder) order = n;
    if (matches === 0) smoothing *= 2;
    logs += Math.log((100 * (matches === 0 ? 1 / smoothing : matches)) / total);
  }
  return penalty * Math.exp(logs / order);
}
