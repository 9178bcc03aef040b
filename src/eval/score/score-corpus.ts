// Metrics that need all rows of a system together (AUC, kappa, BLEU, coverage): one number a user all the same, whose mean
// is the metric and whose spread is that of its influence function (src/base/metric/influence.ts).

import {
  bleuMetrics,
  bleuTokens,
  faithfulness,
  featureMetrics,
  listMetrics,
  makeTextRow,
  ratingMetrics,
  rowOfLogProbabilities,
  rowOfMiss,
  rowOfWord,
  sumByUser,
  wordMetrics,
  wordTokens,
  yesNoMetrics,
  type CatalogFacts,
  type CorpusMetric,
  type YesNoRow,
} from "../../base/metric/index.ts";
import type { Example } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import { checkExplanation, type ExplanationFacts } from "./explanation.ts";
import { langOf, sortUsers, type PerUser } from "./row-score.ts";
import { ratingOf, saidOf } from "./score-rows.ts";
import type { Prediction } from "./types.ts";

/** One example with the first answer to it. */
export type Answered = { example: Example; prediction: Prediction };

export type CorpusContext = {
  catalog: Catalog;
  /** With the train counts that an example is judged by, the same items at the same indices; without it those of `catalog`. */
  catalogOf?: (example: string) => Catalog;
  scale: readonly number[];
  /** Facts for explanations in a language. */
  factsOf: (lang: string) => ExplanationFacts;
  /** Variant of a task whose answers are lists. */
  variantOfTask: (task: string) => string;
};

/** Items of a list that coverage and its like look at. */
export const listDepth = 10;

/** By metric name; metrics that these rows leave undefined (an AUC without both classes) are left out. */
export function scoreCorpus(
  answered: readonly Answered[],
  context: CorpusContext,
): Record<string, PerUser> {
  const found: Record<string, PerUser> = {};
  for (const [task, own] of Map.groupBy(answered, ({ example }) => example.task)) {
    const add = makeAdder(found, own);
    if (task === "ranking" || task === "next-item") addLists(add, task, own, context);
    if (task === "rating") {
      const { scale } = context;
      const rows = own.map(({ example, prediction: { outcome, value } }) => {
        return { predicted: outcome === "ok" ? value : null, actual: ratingOf(example), scale };
      });
      for (const metric of ratingMetrics) add(metric.name, metric, rows);
    }
    if (task === "preference") {
      const rows = own.map(yesNoRowOf);
      for (const metric of yesNoMetrics) add(metric.name, metric, rows);
    }
    if (task === "explanation") addTexts(found, own, context);
  }
  return found;
}

type Adder = <Row>(name: string, metric: CorpusMetric<Row>, rows: readonly Row[]) => void;

function makeAdder(found: Record<string, PerUser>, answered: readonly Answered[]): Adder {
  const userOf = answered.map(({ example }) => example.user);
  return (name, metric, rows) => {
    const contributions = metric.contributions(rows);
    if (contributions.some(Number.isNaN)) return;
    found[name] = sortUsers(sumByUser(contributions, userOf));
  };
}

function addLists(
  add: Adder,
  task: string,
  answered: readonly Answered[],
  { catalog, catalogOf, variantOfTask }: CorpusContext,
): void {
  const rows = answered.map(({ example, prediction: { outcome, items } }) => {
    const { trainCount, genres } = (catalogOf?.(example.id) ?? catalog).data;
    const facts: CatalogFacts = { size: catalog.size, trainCount, genres };
    const known = outcome === "ok" ? items.map((id) => catalog.indexOf(id)) : [];
    const listed = Array.from(new Set(known.filter((index) => index >= 0)));
    return { items: listed.slice(0, listDepth), facts };
  });
  for (const metric of listMetrics)
    add(`${metric.name}@${listDepth}/${variantOfTask(task)}`, metric, rows);
}

/** Whether the user liked the item, as the example's label says. */
export function isPositive({ label }: Example): boolean {
  return label === "yes";
}

/** A yes/no answer as its metrics see it. */
export function yesNoRowOf({ example, prediction }: Answered): YesNoRow {
  const { outcome, choices, value } = prediction;
  const [user, positive] = [example.user, isPositive(example)];
  if (outcome !== "ok") return rowOfMiss(user, positive);
  const { yes, no } = choices ?? {};
  if (yes !== undefined && no !== undefined)
    return rowOfLogProbabilities(user, positive, { yes, no });
  return value === null ? rowOfMiss(user, positive) : rowOfWord(user, positive, value === 1);
}

function addTexts(
  found: Record<string, PerUser>,
  answered: readonly Answered[],
  context: CorpusContext,
): void {
  const rows = answered.map(({ example, prediction }) => {
    const lang = langOf(example);
    const facts = context.factsOf(lang);
    const texts = { said: saidOf(prediction), reference: example.completion[0]?.content ?? "" };
    const said = checkExplanation(texts.said, example, facts);
    const reference = checkExplanation(texts.reference, example, facts);
    const features = { said: said.genres, reference: reference.genres };
    const row = makeTextRow(texts, lang, { features, featureCount: facts.genres.size });
    return { answer: { example, prediction }, lang, row, said };
  });
  const addAll = makeAdder(found, answered);
  const texts = rows.map(({ row }) => row);
  for (const metric of featureMetrics) addAll(metric.name, metric, texts);
  addAll(
    "faithfulness",
    faithfulness,
    rows.map(({ said }) => said),
  );
  // Tokenisers differ by language, and so do the numbers.
  for (const [lang, own] of Map.groupBy(rows, (row) => row.lang)) {
    const add = makeAdder(
      found,
      own.map(({ answer }) => answer),
    );
    const ownTexts = own.map(({ row }) => row);
    for (const metric of bleuMetrics)
      add(`${metric.name}/${bleuTokens(lang).tok}`, metric, ownTexts);
    for (const metric of wordMetrics)
      add(`${metric.name}/${wordTokens(lang).tok}`, metric, ownTexts);
  }
}
