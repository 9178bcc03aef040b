// Log-loss of P(yes): −log of the probability given to what is true, in nats; probabilities are kept 1e-6 away from 0 and
// 1. Good, "Rational decisions", JRSS B 1952; scikit-learn's log_loss on the clipped values.

import type { CorpusMetric } from "./metric.ts";
import { probabilityFloor, type YesNoRow } from "./yes-no.ts";

export const logLoss: CorpusMetric<YesNoRow> = {
  kind: "corpus",
  name: "log-loss",
  higherIsBetter: false,
  hasCutOff: false,
  citation: "Good, JRSS B 1952",
  contributions: (rows) =>
    Float64Array.from(rows, ({ positive, probability }) => {
      const kept = Math.min(1 - probabilityFloor, Math.max(probabilityFloor, probability));
      return -Math.log(positive ? kept : 1 - kept);
    }),
};
