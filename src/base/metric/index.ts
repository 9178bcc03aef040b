// The metrics, and how they are named: `<metric>[@<k>][/<variant>]`, e.g. `ndcg@10/uni20`, `mae`.

import { nearest, UsageError } from "../errors.ts";
import { accuracy } from "./accuracy.ts";
import { arp } from "./arp.ts";
import { aucDifference } from "./auc-difference.ts";
import { aucMetric } from "./auc.ts";
import { bleu } from "./bleu.ts";
import { brier } from "./brier.ts";
import { chrf } from "./chrf.ts";
import { coverage } from "./coverage.ts";
import { distinct1, distinct2 } from "./distinct.ts";
import { div } from "./div.ts";
import { ece } from "./ece.ts";
import { accuracyExpected, maeExpected, rmseExpected } from "./expectation.ts";
import { faithfulness } from "./faithfulness.ts";
import { fcr } from "./fcr.ts";
import { fmr } from "./fmr.ts";
import { gaucLength } from "./gauc-length.ts";
import { gauc } from "./gauc.ts";
import { gini } from "./gini.ts";
import { hitRate } from "./hit-rate.ts";
import { ild } from "./ild.ts";
import { kappa } from "./kappa.ts";
import { length } from "./length.ts";
import { listAuc } from "./list-auc.ts";
import { logLoss } from "./log-loss.ts";
import { mae } from "./mae.ts";
import { mapTrec } from "./map-trec.ts";
import { map } from "./map.ts";
import type { Metric } from "./metric.ts";
import { mrr } from "./mrr.ts";
import { ndcgExp } from "./ndcg-exp.ts";
import { ndcgLinear } from "./ndcg-linear.ts";
import { ndcg } from "./ndcg.ts";
import { precision } from "./precision.ts";
import { recall } from "./recall.ts";
import { rmse } from "./rmse.ts";
import { maeRows, rmseRows } from "./rows-error.ts";
import { rouge1, rouge2, rougeL } from "./rouge.ts";
import { sentenceBleu } from "./sentence-bleu.ts";
import { uauc } from "./uauc.ts";
import { usr } from "./usr.ts";

export const rankMetrics = [
  ndcg,
  hitRate,
  mrr,
  recall,
  precision,
  map,
  mapTrec,
  ndcgLinear,
  ndcgExp,
  listAuc,
] as const;
/** Of the lists of all rows together: `<metric>@<k>/<variant>`. */
export const listMetrics = [coverage, gini, arp, ild] as const;
/** Of the rating that was answered, and of the expected one. */
export const valueMetrics = [mae, rmse, accuracy] as const;
export const expectationMetrics = [maeExpected, rmseExpected, accuracyExpected] as const;
export const yesNoMetrics = [
  aucMetric,
  logLoss,
  brier,
  ece,
  aucDifference,
  gauc,
  gaucLength,
  uauc,
] as const;
/** By tokens: `<metric>/<tokeniser>`. */
export const bleuMetrics = [bleu, sentenceBleu] as const;
export const wordMetrics = [rouge1, rouge2, rougeL, usr, distinct1, distinct2, length] as const;
export const featureMetrics = [chrf, fmr, fcr, div] as const;
/** Of the ratings of all rows together. */
export const ratingMetrics = [kappa, rmseRows, maeRows] as const;
export { faithfulness, kappa };

export const metrics = [
  ...rankMetrics,
  ...listMetrics,
  ...valueMetrics,
  ...expectationMetrics,
  ...ratingMetrics,
  ...yesNoMetrics,
  ...bleuMetrics,
  ...wordMetrics,
  ...featureMetrics,
  faithfulness,
] as const satisfies readonly Metric[];

/** `k` is null without a cut-off, `variant` null where the name has none. */
export type MetricName<M extends Metric = Metric> = {
  metric: M;
  k: number | null;
  variant: string | null;
};

const shape = /^([a-z][a-z0-9-]*)(?:@([1-9]\d*))?(?:\/([a-z0-9+-]+))?$/;

/**
 * Reads a metric's name. `known` are the metrics that may be named.
 * @throws UsageError `metric-name` (not of the shape, or a cut-off where none fits), `metric-unknown`.
 */
export function parseMetricName(name: string, known: readonly Metric[] = metrics): MetricName {
  const parts = shape.exec(name);
  if (!parts) {
    throw new UsageError(`"${name}" is not a metric's name`, {
      code: "metric-name",
      next: "Names look like ndcg@10/uni20, hr@1/full or mae.",
    });
  }
  const metric = known.find((m) => m.name === parts[1]);
  if (!metric) {
    const near = nearest(
      parts[1]!,
      known.map((m) => m.name),
    );
    throw new UsageError(`no metric is called "${parts[1]}"`, {
      code: "metric-unknown",
      next: near ? `Did you mean ${near}?` : `Known: ${known.map((m) => m.name).join(", ")}.`,
    });
  }
  const takesCutOff = metric.kind === "rank" || (metric.kind === "corpus" && metric.hasCutOff);
  if (parts[2] !== undefined && !takesCutOff) {
    throw new UsageError(`${metric.name} takes no cut-off, but "${name}" has one`, {
      code: "metric-name",
      next: `Write ${metric.name}.`,
    });
  }
  return { metric, k: parts[2] === undefined ? null : Number(parts[2]), variant: parts[3] ?? null };
}

export { auc, groupedAuc, type ScoreGroup } from "./auc.ts";
export { expectedRating } from "./expectation.ts";
export { sumByUser } from "./influence.ts";
export {
  judgeList,
  judgeOne,
  listOfRank,
  missedList,
  rankOf,
  type JudgedList,
  type Rank,
} from "./judged-list.ts";
export type { RatingRow } from "./kappa.ts";
export type { CatalogFacts, ListRow } from "./listed-items.ts";
export type { CorpusMetric, Metric, RankMetric, ShareMetric, ValueMetric } from "./metric.ts";
export type { ReasonRow } from "./faithfulness.ts";
export { commonSubsequence } from "./subsequence.ts";
export { makeTextRow, type TextRow } from "./text-row.ts";
export { bleuTokens, wordTokens } from "./tokenise.ts";
export { rowOfLogProbabilities, rowOfMiss, rowOfWord, type YesNoRow } from "./yes-no.ts";
