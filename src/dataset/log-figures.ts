// Figures of a split log for the report and for tasks, out of DuckDB: ratings, lengths of histories, what counts as liked.

import { readNumber, readRows } from "../log/reader/open-duckdb.ts";
import type { SplitLog } from "../log/split/split-log.ts";

export type Histogram = { label: string; count: number }[];
export type LogFigures = { ratings: Histogram; lengths: Histogram };

const lengthBounds = [3, 5, 10, 20, 50, 100, 200, 500] as const;

/** Interactions by rating (empty for a log without a scale), and users by their number of interactions. */
export async function readLogFigures(split: SplitLog): Promise<LogFigures> {
  const ratings =
    split.scale.length === 0
      ? []
      : await readRows(
          split.connection,
          "SELECT rating, count(*) FROM timelines WHERE rating IS NOT NULL GROUP BY rating ORDER BY rating",
        );
  const lengths = await readRows(
    split.connection,
    "SELECT n, count(*) FROM (SELECT count(*) AS n FROM timelines GROUP BY userIndex) GROUP BY n ORDER BY n",
  );
  const bins = [...lengthBounds, Infinity].map((to, i) => ({
    label: binLabel(lengthBounds[i - 1] ?? 0, to),
    count: 0,
  }));
  for (const [n, users] of lengths) {
    const at = lengthBounds.findIndex((bound) => Number(n) < bound);
    bins[at < 0 ? bins.length - 1 : at]!.count += Number(users);
  }
  return {
    ratings: ratings.map(([rating, count]) => ({ label: String(rating), count: Number(count) })),
    lengths: bins.slice(bins.findIndex((bin) => bin.count > 0)),
  };
}

function binLabel(from: number, to: number): string {
  if (to === Infinity) return `${from}+`;
  return from === 0 ? `1–${to - 1}` : `${from}–${to - 1}`;
}

/**
 * The rating from which on an item counts as liked whatever the user's mean: the one that leaves seven tenths of the
 * scale below it (4 of 1–5, 4.0 of 0.5–5); without a scale the median of the ratings; 0 without ratings.
 */
export async function likedFromOf(split: SplitLog): Promise<number> {
  const { scale } = split;
  if (scale.length > 0) return scale[Math.floor(scale.length * 0.7)]!;
  return readNumber(
    split.connection,
    "SELECT coalesce(quantile_disc(rating, 0.5), 0) FROM timelines WHERE rating IS NOT NULL",
  );
}
