// GAUC with the user's number of rows as weight (as RecBole 3.0 has it; Zhu et al. weigh by impressions).
// Zhu et al., "Optimized cost per click in Taobao display advertising", KDD 2017.

import { userAucContributions } from "./gauc.ts";
import type { CorpusMetric } from "./metric.ts";
import type { YesNoRow } from "./yes-no.ts";

export const gaucLength: CorpusMetric<YesNoRow> = {
  kind: "corpus",
  name: "gauc-length",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Zhu et al., KDD 2017; weights: rows of the user",
  contributions: (rows) => userAucContributions(rows, (user) => user.rows),
};
