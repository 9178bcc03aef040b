// What drawing candidates and negatives needs of the log, found once in the main thread and sent to every worker:
// when items first appeared, and baselines fitted on train.

import { UsageError } from "../base/errors.ts";
import { fitCoOccurrence } from "../log/baseline/co-occurrence.ts";
import { fitEase } from "../log/baseline/ease.ts";
import { fitItemKnn } from "../log/baseline/item-knn.ts";
import type { ItemWeights } from "../log/baseline/item-weights.ts";
import { loadTrain } from "../log/baseline/load-train.ts";
import type { TrainData } from "../log/baseline/types.ts";
import { readRows } from "../log/reader/open-duckdb.ts";
import type { SplitLog } from "../log/split/split-log.ts";
import { fittedSources } from "./task/draw-candidates.ts";
import type { CandidateData, TaskOptions } from "./task/types.ts";

const fits: Readonly<Record<(typeof fittedSources)[number], (train: TrainData) => ItemWeights>> = {
  ease: (train) => fitEase(train),
  "item-knn": (train) => fitItemKnn(train),
  "co-occurrence": (train) => fitCoOccurrence(train),
};

/**
 * Prepares what the candidates and negatives of the tasks are drawn with.
 * @throws UsageError for in-time candidates of a log without times, or `from: disliked` without ratings; DataError for a
 * catalog that ease cannot hold.
 */
export async function prepareCandidates(
  tasks: readonly TaskOptions[],
  log: { hasTime: boolean; hasRating: boolean },
  split: SplitLog,
): Promise<CandidateData> {
  const asked = tasks.map((task) => sourceOf(task));
  const refuse = (source: string, lacks: string): void => {
    const at = asked.findIndex((found) => found?.source === source);
    if (at < 0) return;
    throw new UsageError(`${source} items need ${lacks}, which the log does not have`, {
      code: "candidates-column-missing",
      where: `tasks.${at}.${asked[at]!.key}.from`,
      next: "Name the column in log.columns, or draw from: uniform or popularity.",
    });
  };
  if (!log.hasTime) refuse("in-time", "times");
  if (!log.hasRating) refuse("disliked", "ratings");
  const sources = new Set(asked.map((found) => found?.source));
  const fitted = fittedSources.filter((source) => sources.has(source));
  const train = fitted.length > 0 ? await loadTrain(split) : null;
  return {
    firstTime: sources.has("in-time") ? await readFirstTimes(split) : null,
    weights: Object.fromEntries(fitted.map((source) => [source, fits[source](train!)])),
  };
}

function sourceOf(task: TaskOptions): { key: string; source: string } | null {
  for (const key of ["candidates", "negatives"]) {
    const piece = task[key] as { from: string } | null | undefined;
    if (piece) return { key, source: piece.from };
  }
  return null;
}

async function readFirstTimes(split: SplitLog): Promise<Float64Array> {
  const rows = await readRows(
    split.connection,
    `SELECT min("time")::DOUBLE FROM timelines GROUP BY itemIndex ORDER BY itemIndex`,
  );
  return Float64Array.from(rows, ([time]) => (time === null ? NaN : Number(time)));
}
