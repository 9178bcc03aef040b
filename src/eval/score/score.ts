// Scores the predictions of one system: rows, then means per user, the unit of every statistic. Unparsable answers are
// misses that stay in the mean; ties take the expected rank; only catalog ids count (DESIGN section 7).

import { DataError } from "../../base/errors.ts";
import {
  bleuMetrics,
  bleuTokens,
  expectationMetrics,
  listMetrics,
  metrics,
  parseMetricName,
  rankMetrics,
  ratingMetrics,
  valueMetrics,
  wordMetrics,
  wordTokens,
  yesNoMetrics,
  type Metric,
  type MetricName,
  type RankMetric,
} from "../../base/metric/index.ts";
import type { Example } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import { makeGrounder } from "../../log/catalog/ground.ts";
import {
  explanationMetrics,
  makeGenreVocabulary,
  type ExplanationFacts,
  type MentionFinder,
} from "./explanation.ts";
import type { HistoryLikes } from "./history-likes.ts";
import { langOf, meanByUser, type PerUser, type RowScore } from "./row-score.ts";
import { scoreCorpus, type Answered, type CorpusContext } from "./score-corpus.ts";
import { scoreExplanation, scoreList, scoreRating } from "./score-rows.ts";
import type { Prediction } from "./types.ts";

export { langOf, meanByUser, type PerUser, type RowScore };

/** Every metric that a suite may name. */
export const evalMetrics: readonly Metric[] = [...metrics, ...explanationMetrics];

export type SystemScores = {
  rows: RowScore[];
  /** By metric name, e.g. `ndcg@10/uni20`. */
  perUser: Record<string, PerUser>;
  /** One metric over some of the examples, by id. */
  perUserOf: (examples: ReadonlySet<string>, metric: string) => PerUser | undefined;
  /** Tasks that the system answered no example of (a classic recommender writes no explanations). */
  unanswered: string[];
};

export type ScoreInput = {
  examples: readonly Example[];
  /** Lines of one system; a later line replaces an earlier one of the same example and permutation. */
  predictions: readonly Prediction[];
  catalog: Catalog;
  /** With the train counts that an example is judged by; without it those of `catalog` hold for all. */
  catalogOf?: (example: string) => Catalog;
  /** Name of the candidate recipe, e.g. `uni20`; see `variantOf`. */
  variant: string;
  /** Metrics to compute beside the usual ones, e.g. those that the suite's primary comparisons name. */
  metrics?: readonly string[];
  /** Distinct ratings of the log, ascending; without it those of the examples. */
  scale?: readonly number[];
  /** Finds titles in explanations; without it one is made from the catalog. */
  finder?: MentionFinder;
  likes?: HistoryLikes;
};

/** Rank metrics of every report, in the order of its tables. */
const usualRankMetrics = ["ndcg@10", "hr@1"];
/** Computed beside them; with one true item recall is hr, and map is mrr. */
const moreRankMetrics = ["ndcg@5", "hr@5", "hr@10", "mrr@10", "mrr", "list-auc"];

/** Metrics that a report opens with, by task, without variants; all others stand below. */
const headlines: Readonly<Record<string, readonly string[]>> = {
  rating: ["mae", "rmse", "accuracy"],
  ranking: usualRankMetrics,
  "next-item": usualRankMetrics,
  preference: ["auc", "log-loss", "brier", "ece"],
  explanation: explanationMetrics.map(({ name }) => name),
};

/** Names of the metrics that tables open with and that two evals are compared on: those of each task, and those asked for. */
export function headlineNames(variant: string, asked: readonly string[]): Set<string> {
  const suffixes: Record<string, string> = { ranking: `/${variant}`, "next-item": "/full" };
  const own = Object.entries(headlines).flatMap(([task, names]) =>
    names.map((name) => `${name}${suffixes[task] ?? ""}`),
  );
  return new Set([...own, ...asked]);
}

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

/** Whether a metric measures answers of a task, its variant aside. */
export function fitsTask({ metric }: MetricName, task: string): boolean {
  const has = (list: readonly Metric[]): boolean => list.includes(metric);
  if (has(rankMetrics) || has(listMetrics)) return task === "ranking" || task === "next-item";
  if ([valueMetrics, expectationMetrics, ratingMetrics].some(has)) return task === "rating";
  if (has(yesNoMetrics)) return task === "preference";
  return task === "explanation";
}

/** Whether a suite that asks these tasks measures this metric; `variant` is that of its candidates. */
export function isMeasured(name: MetricName, tasks: readonly string[], variant: string): boolean {
  return tasks.some(
    (task) => fitsTask(name, task) && variantsOf(name, task, variant).includes(name.variant),
  );
}

function variantsOf({ metric }: MetricName, task: string, variant: string): (string | null)[] {
  if (task === "next-item") return ["full"];
  if (task === "ranking") return [variant];
  const has = (list: readonly Metric[]): boolean => list.includes(metric);
  if (has(bleuMetrics)) return langs.map((lang) => bleuTokens(lang).tok);
  if (has(wordMetrics)) return langs.map((lang) => wordTokens(lang).tok);
  return [null];
}

const langs = ["en", "ko"];

/**
 * Scores one system on `examples`. Ranking rows give `<metric>/<variant>`, next-item rows `<metric>/full` (without list-auc where titles were written), rating rows
 * `mae`, `rmse` (as squared error), `accuracy`, `kappa` and the errors over rows, with `-expected` where ratings were scored; preference rows
 * `auc` and its like, explanation rows `names-true-reason` and its like, with `<metric>/<tokeniser>` for text metrics.
 * Of several orders of one example the stored one counts (see `inStoredOrder`); predictions of other examples are ignored.
 * @throws DataError `prediction-missing` naming examples of a task that the system answered only in part.
 */
export function scoreSystem(input: ScoreInput): SystemScores {
  const answers = latestAnswers(inStoredOrder(input.predictions));
  const unanswered = findUnanswered(input.examples, answers);
  const asked = input.examples.filter((example) => !unanswered.includes(example.task));
  const context = makeContext(input);
  const score = makeScorer(input, context, {
    hasExpectation: expectedTasks(asked, answers),
    ranksCatalog: ranksCatalog(asked, answers),
  });
  const rows: RowScore[] = [];
  const answered: Answered[] = [];
  for (const example of asked) {
    const [prediction] = answers.get(example.id)!;
    answered.push({ example, prediction: prediction! });
    rows.push({ example, metrics: score(example, prediction!) });
  }
  return {
    rows,
    perUser: { ...meanByUser(rows), ...scoreCorpus(answered, context) },
    perUserOf: (examples, metric) => {
      const inside = <T extends { example: Example }>(all: readonly T[]): T[] =>
        all.filter(({ example }) => examples.has(example.id));
      return meanByUser(inside(rows))[metric] ?? scoreCorpus(inside(answered), context)[metric];
    },
    unanswered,
  };
}

/**
 * Those that were asked with the candidates as the dataset stores them, which every headline metric rests on: how many other
 * orders a suite asks changes no number of the main table.
 */
export function inStoredOrder(predictions: readonly Prediction[]): Prediction[] {
  return predictions.filter(({ perm }) => perm === 0);
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

/** Whether every usable rating came with the log-probabilities of all. */
function expectedTasks(
  examples: readonly Example[],
  answers: ReadonlyMap<string, readonly Prediction[]>,
): boolean {
  const rated = examples
    .filter((example) => example.task === "rating")
    .flatMap((example) => answers.get(example.id)!.filter(({ outcome }) => outcome === "ok"));
  return rated.length > 0 && rated.every(({ choices }) => choices !== null);
}

/** Whether every usable answer to a question without candidates ranks the catalog, and is not a few written titles. */
function ranksCatalog(
  examples: readonly Example[],
  answers: ReadonlyMap<string, readonly Prediction[]>,
): boolean {
  const open = examples
    .filter(({ task, candidates }) => candidates === null && listTasks.includes(task))
    .flatMap(({ id }) => answers.get(id)!.filter(({ outcome }) => outcome === "ok"));
  return open.length > 0 && open.every(({ rank }) => rank !== undefined);
}

const listTasks = ["ranking", "next-item"];

function makeContext(input: ScoreInput): CorpusContext {
  const { catalog, catalogOf, likes } = input;
  let facts: Omit<ExplanationFacts, "lang"> | undefined;
  return {
    catalog,
    ...(catalogOf && { catalogOf }),
    scale: input.scale ?? scaleOf(input.examples),
    variantOfTask: (task) => (task === "next-item" ? "full" : input.variant),
    factsOf(lang) {
      facts ??= {
        catalog,
        finder: input.finder ?? makeGrounder(catalog, langs),
        genres: makeGenreVocabulary(catalog),
        ...(likes && { likes }),
      };
      return { ...facts, lang };
    },
  };
}

function makeScorer(
  input: ScoreInput,
  { scale, factsOf, variantOfTask }: CorpusContext,
  has: { hasExpectation: boolean; ranksCatalog: boolean },
): (example: Example, prediction: Prediction) => Record<string, number> {
  const wanted = rankNames(input, has.ranksCatalog);
  return (example, prediction) => {
    const { task } = example;
    if (listTasks.includes(task)) {
      const variant = variantOfTask(task);
      return scoreList(example, prediction, wanted(variant), variant);
    }
    if (task === "rating") return scoreRating(example, prediction, scale, has.hasExpectation);
    if (task === "preference") return {};
    if (task === "explanation")
      return scoreExplanation(example, prediction, factsOf(langOf(example)));
    throw new DataError(`nothing scores the task "${example.task}"`, {
      code: "task-unscored",
      where: `example ${example.id}`,
      next: "Evaluate ranking, next-item, rating, preference or explanation examples.",
    });
  };
}

function rankNames(
  input: ScoreInput,
  ranksWhole: boolean,
): (variant: string) => MetricName<RankMetric>[] {
  const named = new Map<string, MetricName<RankMetric>[]>();
  return (variant) => {
    let held = named.get(variant);
    if (!held) {
      const asked = (input.metrics ?? []).filter((name) => name.endsWith(`/${variant}`));
      const own = [...usualRankMetrics, ...moreRankMetrics].map((name) => `${name}/${variant}`);
      const names = new Set([...own, ...asked]);
      held = Array.from(names, (name) => parseMetricName(name, evalMetrics))
        .filter(isRank)
        .filter(({ metric }) => variant !== "full" || ranksWhole || !metric.needsWholeList);
      named.set(variant, held);
    }
    return held;
  };
}

function isRank(name: MetricName): name is MetricName<RankMetric> {
  return name.metric.kind === "rank";
}

function scaleOf(examples: readonly Example[]): number[] {
  const ratings = examples.flatMap((example) => (example.rating === null ? [] : [example.rating]));
  return Array.from(new Set(ratings)).sort((a, b) => a - b);
}
