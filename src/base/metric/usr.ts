// USR, unique sentence ratio: different texts ÷ texts, two texts the same where all their words are. A text that c rows
// share contributes 1/c. Li, Zhang & Chen, "Generate neural template explanations for recommendation", CIKM 2020 (PEPLER).

import type { CorpusMetric } from "./metric.ts";
import type { TextRow } from "./text-row.ts";

export const usr: CorpusMetric<TextRow> = {
  kind: "corpus",
  name: "usr",
  higherIsBetter: true,
  hasCutOff: false,
  citation: "Li, Zhang & Chen, CIKM 2020",
  contributions(rows) {
    const keys = rows.map(({ words }) => words.said.join(" "));
    const counts = new Map<string, number>();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    return Float64Array.from(keys, (key) => 1 / counts.get(key)!);
  },
};
