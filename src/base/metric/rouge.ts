// ROUGE-1, -2 and -L, 0..1: F1 of shared n-grams, or of the longest common subsequence, a text at a time. Lin, "ROUGE: a
// package for automatic evaluation of summaries", 2004, by the rules of google's rouge_score 0.1.2 without stemming; the
// tokeniser stands in the name: rouge-1/google, and rouge-1/ko for Korean, of which google's leaves nothing.

import { commonSubsequence } from "./subsequence.ts";
import type { CorpusMetric } from "./metric.ts";
import { countNgrams, countShared, type TextRow } from "./text-row.ts";

const makeRouge = (
  name: string,
  share: (said: readonly string[], reference: readonly string[]) => number,
  lengthOf: (tokens: readonly string[]) => number,
): CorpusMetric<TextRow> => ({
  kind: "corpus",
  name,
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Lin 2004; google rouge_score 0.1.2, F1, no stemming",
  contributions: (rows) =>
    Float64Array.from(rows, ({ words: { said, reference } }) => {
      const shared = share(said, reference);
      // F1 = 2 shared ÷ (both lengths).
      return shared === 0 ? 0 : (2 * shared) / (lengthOf(said) + lengthOf(reference));
    }),
});

const makeRougeN = (n: number): CorpusMetric<TextRow> =>
  makeRouge(
    `rouge-${n}`,
    (said, reference) => countShared(countNgrams(said, n), countNgrams(reference, n)),
    (tokens) => Math.max(0, tokens.length - n + 1),
  );

export const rouge1 = makeRougeN(1);
export const rouge2 = makeRougeN(2);
export const rougeL = makeRouge("rouge-l", commonSubsequence, (tokens) => tokens.length);
