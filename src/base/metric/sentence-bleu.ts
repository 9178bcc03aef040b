// Sentence BLEU, 0..100: BLEU of each text alone, averaged; orders longer than the text are left out (eff:yes). It is not
// corpus BLEU. Papineni et al., ACL 2002, as sacrebleu 2.6's sentence_bleu; the tokeniser stands in the name.

import { bleuCounts, bleuOf } from "./bleu.ts";
import type { CorpusMetric } from "./metric.ts";
import type { TextRow } from "./text-row.ts";

export const sentenceBleu: CorpusMetric<TextRow> = {
  kind: "corpus",
  name: "sentence-bleu",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Papineni et al., ACL 2002; Post, WMT 2018 (sacrebleu, smooth:exp, eff:yes)",
  contributions: (rows) =>
    Float64Array.from(rows, (row) => bleuOf(bleuCounts(row), { effectiveOrder: true })),
};
