// Brier score of P(yes): the squared distance to 1 where yes is true, to 0 where no is.
// Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 1950 (scikit-learn's half).

import type { CorpusMetric } from "./metric.ts";
import type { YesNoRow } from "./yes-no.ts";

export const brier: CorpusMetric<YesNoRow> = {
  kind: "corpus",
  name: "brier",
  higherIsBetter: false,
  hasCutOff: false,
  citation: "Brier, Monthly Weather Review 1950",
  contributions: (rows) =>
    Float64Array.from(rows, ({ positive, probability }) => (probability - Number(positive)) ** 2),
};
