// The metrics, and how they are named: `<metric>[@<k>][/<variant>]`, e.g. `ndcg@10/uni20`, `mae`.

import { nearest, UsageError } from "../errors.ts";
import { accuracy } from "./accuracy.ts";
import { hitRate } from "./hit-rate.ts";
import { mae } from "./mae.ts";
import type { Metric } from "./metric.ts";
import { mrr } from "./mrr.ts";
import { ndcg } from "./ndcg.ts";
import { rmse } from "./rmse.ts";

export const metrics = [
  ndcg,
  hitRate,
  mrr,
  mae,
  rmse,
  accuracy,
] as const satisfies readonly Metric[];

/** `k` is null without a cut-off, `variant` null where the name has none. */
export type MetricName<M extends Metric = Metric> = {
  metric: M;
  k: number | null;
  variant: string | null;
};

const shape = /^([a-z][a-z-]*)(?:@([1-9]\d*))?(?:\/([a-z0-9+-]+))?$/;

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
  if (parts[2] !== undefined && metric.kind !== "rank") {
    throw new UsageError(`${metric.name} takes no cut-off, but "${name}" has one`, {
      code: "metric-name",
      next: `Write ${metric.name}.`,
    });
  }
  return { metric, k: parts[2] === undefined ? null : Number(parts[2]), variant: parts[3] ?? null };
}

export { auc, groupedAuc, type ScoreGroup } from "./auc.ts";
export {
  rankOf,
  type Metric,
  type Rank,
  type RankMetric,
  type ShareMetric,
  type ValueMetric,
} from "./metric.ts";
