// AUC by the difference P(yes) − P(no), the order of TALLRec's evaluation script (Bao et al., RecSys 2023,
// doi:10.1145/3604915.3608857), which applies softmax to probabilities. Beside `auc`, which orders by log-odds.

import { aucContributions } from "./auc.ts";
import type { CorpusMetric } from "./metric.ts";
import type { YesNoRow } from "./yes-no.ts";

export const aucDifference: CorpusMetric<YesNoRow> = {
  kind: "corpus",
  name: "auc-difference",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Bao et al., RecSys 2023 (order of its script); Hanley & McNeil 1982",
  contributions: (rows) => aucContributions(rows, ({ difference }) => difference),
};
