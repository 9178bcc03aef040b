// UAUC: AUC within each user that has both classes, averaged with equal weights.
// Zhang et al., "CoLLM: integrating collaborative embeddings into large language models", 2023 (arXiv 2310.19488).

import { userAucContributions } from "./gauc.ts";
import type { CorpusMetric } from "./metric.ts";
import type { YesNoRow } from "./yes-no.ts";

export const uauc: CorpusMetric<YesNoRow> = {
  kind: "corpus",
  name: "uauc",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Zhang et al. 2023 (arXiv 2310.19488)",
  contributions: (rows) => userAucContributions(rows, () => 1),
};
