// FMR, feature matching ratio: share of the reference's features that the text names, averaged over rows whose reference
// names any (with one feature a row, as in PEPLER, 1 if it is named). Li, Zhang & Chen, CIKM 2020.

import { ratioContributions } from "./influence.ts";
import type { CorpusMetric } from "./metric.ts";
import type { TextRow } from "./text-row.ts";

export const fmr: CorpusMetric<TextRow> = {
  kind: "corpus",
  name: "fmr",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Li, Zhang & Chen, CIKM 2020",
  contributions: (rows) =>
    ratioContributions(
      rows.map(({ features: { said, reference } }) => {
        const named = reference.filter((feature) => said.includes(feature)).length;
        return reference.length === 0 ? 0 : named / reference.length;
      }),
      rows.map(({ features }) => Math.min(1, features.reference.length)),
    ),
};
