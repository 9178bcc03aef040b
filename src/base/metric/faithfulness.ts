// Faithfulness: reasons that hold ÷ reasons that are stated, over all texts. Which reasons a text states, and whether the
// catalog or the history bear them out, is for the caller to say.
// After Xie et al., "Factual and informative review generation for explainable recommendation", AAAI 2023.

import { ratioContributions } from "./influence.ts";
import type { CorpusMetric } from "./metric.ts";

/** Reasons that one text states, and how many of them hold. */
export type ReasonRow = { stated: number; held: number };

export const faithfulness: CorpusMetric<ReasonRow> = {
  kind: "corpus",
  name: "faithfulness",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "after Xie et al., AAAI 2023",
  contributions: (rows) =>
    ratioContributions(
      rows.map(({ held }) => held),
      rows.map(({ stated }) => stated),
    ),
};
