// Scores of one answer to one example, by task. Answers without a usable result are misses: the worst value there is.

import { DataError } from "../../base/errors.ts";
import {
  expectationMetrics,
  expectedRating,
  judgeOne,
  listOfRank,
  missedList,
  valueMetrics,
  type JudgedList,
  type MetricName,
  type RankMetric,
} from "../../base/metric/index.ts";
import type { Example } from "../../dataset/task/types.ts";
import { checkExplanation, type ExplanationFacts } from "./explanation.ts";
import type { Prediction } from "./types.ts";

/** Rank metrics of one answered list, named with the variant. */
export function scoreList(
  example: Example,
  prediction: Prediction,
  names: readonly MetricName<RankMetric>[],
  variant: string,
): Record<string, number> {
  const list = prediction.outcome === "ok" ? listOf(example, prediction) : missedList;
  return Object.fromEntries(
    names.map(({ metric, k }) => [
      `${metric.name}${k === null ? "" : `@${k}`}/${variant}`,
      metric.of(list, k ?? Infinity),
    ]),
  );
}

/** The answer as a judged list; `missedList` when the truth cannot be hit. */
export function listOf(example: Example, { choices, items, rank }: Prediction): JudgedList {
  if (example.candidates === null) {
    if (rank) return listOfRank(rank, rank.of);
    const listed = Array.from(new Set(items));
    // Open answers: an unlisted item is a miss, there is no closed list to tie at the bottom of.
    const truth = listed.indexOf(example.item);
    return truth < 0 ? missedList : listOfRank({ greater: truth, equal: 0 }, listed.length);
  }
  const truth = example.candidates.indexOf(example.item);
  const scored = truth < 0 ? null : scoreCandidates(example.candidates, { choices, items });
  return scored === null ? missedList : judgeOne(scored.scores, truth);
}

/** The candidates in their order, then listed items that were never offered, with a score each: higher is better. */
export type ScoredIds = { ids: readonly string[]; scores: Float64Array };

/** How an answer orders the candidates; what it leaves out scores −Infinity. Null where it names none of them. */
export function scoreCandidates(
  candidates: readonly string[],
  { choices, items }: Pick<Prediction, "choices" | "items">,
): ScoredIds | null {
  if (choices !== null && candidates.some((id) => choices[id] !== undefined)) {
    const scores = Float64Array.from(candidates, (id) => choices[id] ?? -Infinity);
    return { ids: candidates, scores };
  }
  const listed = Array.from(new Set(items));
  if (!listed.some((id) => candidates.includes(id))) return null;
  const places = new Map(listed.map((id, place) => [id, -place]));
  // A listed item that was never a candidate still takes its place in the list.
  const ids = [...candidates, ...listed.filter((id) => !candidates.includes(id))];
  return { ids, scores: Float64Array.from(ids, (id) => places.get(id) ?? -Infinity) };
}

/** The rating of an example. @throws DataError `example-rating` where it has none. */
export function ratingOf(example: Example): number {
  if (example.rating !== null) return example.rating;
  throw new DataError("a rating example has no rating", {
    code: "example-rating",
    where: `example ${example.id}`,
  });
}

/** Errors of the rating that was answered and, where ratings were scored, of the expected one. */
export function scoreRating(
  example: Example,
  { outcome, value, choices }: Prediction,
  scale: readonly number[],
  hasExpectation: boolean,
): Record<string, number> {
  const actual = ratingOf(example);
  const said = outcome === "ok" ? value : null;
  const expected = outcome === "ok" && choices !== null ? expectedRating(choices) : null;
  return Object.fromEntries([
    ...valueMetrics.map((m) => [
      m.name,
      said === null ? m.miss(actual, scale) : m.row(said, actual, scale),
    ]),
    ...(hasExpectation ? expectationMetrics : []).map((m) => [
      m.name,
      expected === null ? m.miss(actual, scale) : m.row(expected, actual, scale),
    ]),
  ]);
}

/** What an explanation answered; nothing where it was refused or failed. */
export function saidOf({ outcome, raw }: Prediction): string {
  return outcome === "ok" || outcome === "truncated" ? (raw ?? "") : "";
}

/** Whether the explanation names a true reason, a false one, or an item that does not exist. */
export function scoreExplanation(
  example: Example,
  prediction: Prediction,
  facts: ExplanationFacts,
): Record<string, number> {
  const check = checkExplanation(saidOf(prediction), example, facts);
  return {
    "names-true-reason": Number(check.trueReason),
    "false-reason": Number(check.falseReason),
    "off-catalog": Number(check.offCatalog),
  };
}
