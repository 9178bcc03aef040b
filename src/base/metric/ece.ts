// Expected calibration error of P(yes), 15 bins of equal mass: Σ over bins of |Σ (probability − truth)| ÷ n. Rows of equal
// probability share the mean truth of them all, so that their order does not matter.
// Naeini et al., "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015; equal mass: Nguyen & O'Connor,
// EMNLP 2015. Biased upwards in small samples: compare systems on the same rows only.

import type { CorpusMetric } from "./metric.ts";
import type { YesNoRow } from "./yes-no.ts";

const binCount = 15;

export const ece: CorpusMetric<YesNoRow> = {
  kind: "corpus",
  name: "ece",
  higherIsBetter: false,
  hasCutOff: false,
  citation: "Naeini et al., AAAI 2015; 15 bins of equal mass",
  contributions(rows) {
    const n = rows.length;
    const order = Int32Array.from(rows.keys()).sort(
      (a, b) => rows[a]!.probability - rows[b]!.probability,
    );
    const gaps = gapsWithSharedTruth(rows, order);
    const values = new Float64Array(n);
    for (let bin = 0; bin < binCount; bin++) {
      const inside = order.subarray((bin * n) / binCount, ((bin + 1) * n) / binCount);
      const sign = Math.sign(inside.reduce((sum, row) => sum + gaps[row]!, 0));
      for (const row of inside) values[row] = sign * gaps[row]!;
    }
    return values;
  },
};

function gapsWithSharedTruth(rows: readonly YesNoRow[], order: Int32Array): Float64Array {
  const gaps = new Float64Array(rows.length);
  for (let start = 0; start < order.length;) {
    const { probability } = rows[order[start]!]!;
    let [end, positives] = [start, 0];
    for (; end < order.length && rows[order[end]!]!.probability === probability; end++)
      positives += Number(rows[order[end]!]!.positive);
    const truth = positives / (end - start);
    for (; start < end; start++) gaps[order[start]!] = probability - truth;
  }
  return gaps;
}
