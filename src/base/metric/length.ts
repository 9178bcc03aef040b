// Length of the texts in words. Longer is not better; beside the other text metrics it tells what they were bought with.
// The direction is that of "fewer words": a longer text that scores the same says less a word.

import type { CorpusMetric } from "./metric.ts";
import type { TextRow } from "./text-row.ts";

export const length: CorpusMetric<TextRow> = {
  kind: "corpus",
  name: "length",
  higherIsBetter: false,
  hasCutOff: false,
  citation: "words of the answer",
  contributions: (rows) => Float64Array.from(rows, ({ words }) => words.said.length),
};
