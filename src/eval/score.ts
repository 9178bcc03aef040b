// Scores the predictions of one system: rows, then means per user, the unit of every statistic. Unparsable answers are
// misses that stay in the mean; ties take the expected rank; only catalog ids count (DESIGN section 7).

import { DataError } from "../base/errors.ts";
import {
  metrics,
  parseMetricName,
  type Metric,
  type MetricName,
  type RankMetric,
} from "../base/metric/index.ts";
import type { Example } from "../dataset/task/types.ts";
import type { Catalog } from "../log/catalog/catalog.ts";
import { makeGrounder } from "../log/catalog/ground.ts";
import {
  checkExplanation,
  explanationMetrics,
  makeGenreVocabulary,
  type ExplanationFacts,
  type MentionFinder,
} from "./explanation.ts";
import type { Prediction } from "./types.ts";

/** Every metric that a suite may name. */
export const evalMetrics: readonly Metric[] = [...metrics, ...explanationMetrics];

/** One number a user, users ascending. */
export type PerUser = { users: string[]; values: Float64Array };

export type RowScore = { example: Example; metrics: Record<string, number> };

export type SystemScores = {
  rows: RowScore[];
  /** By metric name, e.g. `ndcg@10/uni20`. */
  perUser: Record<string, PerUser>;
  /** Tasks that the system answered no example of (a classic recommender writes no explanations). */
  unanswered: string[];
};

export type ScoreInput = {
  examples: readonly Example[];
  /** Lines of one system; a later line replaces an earlier one of the same example and permutation. */
  predictions: readonly Prediction[];
  catalog: Catalog;
  /** Name of the candidate recipe, e.g. `uni20`; see `variantOf`. */
  variant: string;
  /** Metrics to compute beside the usual ones, e.g. those that the suite's primary comparisons name. */
  metrics?: readonly string[];
  /** Distinct ratings of the log, ascending; without it those of the examples. */
  scale?: readonly number[];
  /** Finds titles in explanations; without it one is made from the catalog. */
  finder?: MentionFinder;
  likes?: (user: string, item: string) => boolean;
};

const usualRankMetrics = ["ndcg@10", "hr@1"];
const valueMetrics = metrics.filter((metric) => metric.kind === "value");

/**
 * The variant suffix of a candidate recipe: `uni20` uniform, `pop20` by popularity, `time20` in time, `ret20` from a
 * retriever end to end, `ret20+truth` with the truth forced in, `full` without candidates.
 */
export function variantOf(
  candidates: { from: string; n: number; truth?: string | null } | null,
): string {
  if (candidates === null) return "full";
  const short = { uniform: "uni", popularity: "pop", "in-time": "time" }[candidates.from];
  if (short !== undefined) return `${short}${candidates.n}`;
  return `ret${candidates.n}${candidates.truth === "forced" ? "+truth" : ""}`;
}

/**
 * Scores one system on `examples`. Ranking rows give `<metric>/<variant>`, next-item rows `<metric>/full`, rating rows
 * `mae`, `rmse` (as squared error) and `accuracy`, explanation rows `names-true-reason`, `false-reason`, `off-catalog`.
 * Several permutations of one example are averaged; predictions of other examples are ignored.
 * @throws DataError `prediction-missing` naming examples of a task that the system answered only in part.
 */
export function scoreSystem(input: ScoreInput): SystemScores {
  const answers = latestAnswers(input.predictions);
  const unanswered = findUnanswered(input.examples, answers);
  const rows: RowScore[] = [];
  const score = makeScorer(input);
  for (const example of input.examples) {
    if (unanswered.includes(example.task)) continue;
    const permutations = answers.get(example.id)!.map((prediction) => score(example, prediction));
    rows.push({ example, metrics: averageOf(permutations) });
  }
  return { rows, perUser: meanByUser(rows), unanswered };
}

/** Means over each user's rows, by metric. */
export function meanByUser(rows: readonly RowScore[]): Record<string, PerUser> {
  const sums = new Map<string, Map<string, { sum: number; count: number }>>();
  for (const { example, metrics: values } of rows) {
    for (const [name, value] of Object.entries(values)) {
      let users = sums.get(name);
      if (!users) sums.set(name, (users = new Map()));
      const held = users.get(example.user) ?? { sum: 0, count: 0 };
      users.set(example.user, { sum: held.sum + value, count: held.count + 1 });
    }
  }
  return Object.fromEntries(
    Array.from(sums, ([name, byUser]) => {
      const users = Array.from(byUser.keys()).sort();
      const values = users.map((user) => byUser.get(user)!.sum / byUser.get(user)!.count);
      return [name, { users, values: Float64Array.from(values) }];
    }),
  );
}

/** Predictions by example, one a permutation: the last line written. */
export function latestAnswers(predictions: readonly Prediction[]): Map<string, Prediction[]> {
  const latest = new Map<string, Map<number, Prediction>>();
  for (const prediction of predictions) {
    let perms = latest.get(prediction.example);
    if (!perms) latest.set(prediction.example, (perms = new Map()));
    perms.set(prediction.perm, prediction);
  }
  return new Map(
    Array.from(latest, ([example, perms]) => [
      example,
      Array.from(perms.values()).sort((a, b) => a.perm - b.perm),
    ]),
  );
}

function findUnanswered(
  examples: readonly Example[],
  answers: ReadonlyMap<string, unknown>,
): string[] {
  const missing = examples.filter((example) => !answers.has(example.id));
  const answered = new Set(
    examples.filter((example) => answers.has(example.id)).map((example) => example.task),
  );
  const partly = missing.filter((example) => answered.size === 0 || answered.has(example.task));
  if (partly.length > 0) {
    const shown = partly.slice(0, 5).map((example) => example.id);
    throw new DataError(
      `${partly.length} of ${examples.length} examples have no prediction: ${shown.join(", ")}`,
      {
        code: "prediction-missing",
        next: "Run the same eval again; it resumes and asks only for what is missing.",
      },
    );
  }
  return Array.from(new Set(missing.map((example) => example.task)));
}

function makeScorer(
  input: ScoreInput,
): (example: Example, prediction: Prediction) => Record<string, number> {
  const wanted = rankNames(input);
  const scale = input.scale ?? scaleOf(input.examples);
  let facts: Omit<ExplanationFacts, "lang"> | undefined;
  const langs = ["en", "ko"];
  return (example, prediction) => {
    if (example.task === "ranking")
      return scoreList(example, prediction, wanted(input.variant), input.variant);
    if (example.task === "next-item") return scoreList(example, prediction, wanted("full"), "full");
    if (example.task === "rating") return scoreRating(example, prediction, scale);
    if (example.task === "explanation") {
      facts ??= {
        catalog: input.catalog,
        finder: input.finder ?? makeGrounder(input.catalog, langs),
        genres: makeGenreVocabulary(input.catalog),
        ...(input.likes ? { likes: input.likes } : {}),
      };
      return scoreExplanation(example, prediction, { ...facts, lang: langOf(example) });
    }
    throw new DataError(`nothing scores the task "${example.task}"`, {
      code: "task-unscored",
      where: `example ${example.id}`,
      next: "Evaluate ranking, next-item, rating or explanation examples.",
    });
  };
}

function rankNames(input: ScoreInput): (variant: string) => MetricName<RankMetric>[] {
  const named = new Map<string, MetricName<RankMetric>[]>();
  return (variant) => {
    let held = named.get(variant);
    if (!held) {
      const asked = (input.metrics ?? []).filter((name) => name.endsWith(`/${variant}`));
      const names = new Set([...usualRankMetrics.map((name) => `${name}/${variant}`), ...asked]);
      held = Array.from(names, (name) => parseMetricName(name, evalMetrics)).filter(isRank);
      named.set(variant, held);
    }
    return held;
  };
}

function isRank(name: MetricName): name is MetricName<RankMetric> {
  return name.metric.kind === "rank";
}

function scoreList(
  example: Example,
  prediction: Prediction,
  names: readonly MetricName<RankMetric>[],
  variant: string,
): Record<string, number> {
  const list = prediction.outcome === "ok" ? listOf(example, prediction) : null;
  return Object.fromEntries(
    names.map(({ metric, k }) => [
      `${metric.name}${k === null ? "" : `@${k}`}/${variant}`,
      list === null ? 0 : metric.value(list.scores, list.truth, k ?? Infinity),
    ]),
  );
}

/** Scores by candidate and the true item's place among them; null when the truth cannot be hit. */
function listOf(
  example: Example,
  { choices, items, rank }: Prediction,
): { scores: Float64Array; truth: number } | null {
  const listed = Array.from(new Set(items));
  if (example.candidates === null) {
    if (rank) return wholeList(rank);
    // Open answers: an unlisted item is a miss, there is no closed list to tie at the bottom of.
    const truth = listed.indexOf(example.item);
    return truth < 0 ? null : { scores: Float64Array.from(listed, (_, place) => -place), truth };
  }
  const { candidates } = example;
  const truth = candidates.indexOf(example.item);
  if (truth < 0) return null;
  if (choices !== null && candidates.some((id) => choices[id] !== undefined)) {
    return { scores: Float64Array.from(candidates, (id) => choices[id] ?? -Infinity), truth };
  }
  if (!listed.some((id) => candidates.includes(id))) return null;
  const places = new Map(listed.map((id, place) => [id, -place]));
  // A listed item that was never a candidate still takes its place in the list.
  const outside = listed.filter((id) => !candidates.includes(id));
  return {
    scores: Float64Array.from([...candidates, ...outside], (id) => places.get(id) ?? -Infinity),
    truth,
  };
}

// The file holds the top of a full ranking and where the truth stands; any scores of that order measure the same.
function wholeList({ greater, equal, of }: NonNullable<Prediction["rank"]>): {
  scores: Float64Array;
  truth: number;
} {
  const scores = new Float64Array(of).fill(-1);
  scores.fill(1, 0, greater);
  scores.fill(0, greater, greater + equal + 1);
  return { scores, truth: greater };
}

function scoreRating(
  example: Example,
  prediction: Prediction,
  scale: readonly number[],
): Record<string, number> {
  if (example.rating === null) {
    throw new DataError("a rating example has no rating", {
      code: "example-rating",
      where: `example ${example.id}`,
    });
  }
  const { rating } = example;
  const value = prediction.outcome === "ok" ? prediction.value : null;
  return Object.fromEntries(
    valueMetrics.map((m) => [
      m.name,
      value === null ? m.miss(rating, scale) : m.row(value, rating, scale),
    ]),
  );
}

function scoreExplanation(
  example: Example,
  prediction: Prediction,
  facts: ExplanationFacts,
): Record<string, number> {
  const said =
    prediction.outcome === "ok" || prediction.outcome === "truncated" ? (prediction.raw ?? "") : "";
  const check = checkExplanation(said, example, facts);
  return {
    "names-true-reason": Number(check.trueReason),
    "false-reason": Number(check.falseReason),
    "off-catalog": Number(check.offCatalog),
  };
}

function averageOf(permutations: readonly Record<string, number>[]): Record<string, number> {
  if (permutations.length === 1) return permutations[0]!;
  const names = Object.keys(permutations[0]!);
  return Object.fromEntries(
    names.map((name) => [
      name,
      permutations.reduce((sum, values) => sum + values[name]!, 0) / permutations.length,
    ]),
  );
}

function scaleOf(examples: readonly Example[]): number[] {
  const ratings = examples.flatMap((example) => (example.rating === null ? [] : [example.rating]));
  return Array.from(new Set(ratings)).sort((a, b) => a - b);
}

/** Language of an example, from its wording id `<task>/<lang>/<wording>@<version>`. */
export function langOf(example: Example): string {
  return example.wording.split("/")[1] ?? "en";
}
