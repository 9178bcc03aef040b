// What must be said of written answers beside ranked lists: whoever names one title loses all but the first place to
// whoever ranks them all, so that metrics of longer lists compare what was asked and not what is known.

import type { Example } from "../../dataset/task/types.ts";
import { latestAnswers } from "../score/score.ts";
import type { Prediction } from "../score/types.ts";

type Answering = { name: string; predictions: readonly Prediction[] };

/** Places that the metrics of the headline look at. */
const headlineDepth = 10;

/** One line for each system and task whose answers name less than what they are compared with. */
export function warnOfLists(systems: readonly Answering[], examples: readonly Example[]): string[] {
  const open = examples.filter(({ task }) => task === "next-item");
  const answered = systems.map(({ name, predictions }) => {
    const answers = latestAnswers(predictions);
    const lengths = open.map(({ id }) => lengthOf(answers.get(id)?.[0]));
    return { name, answers, lengths };
  });
  const longest = open.map((_, i) =>
    answered.reduce((most, { lengths }) => Math.max(most, lengths[i] ?? 0), 0),
  );
  return answered.flatMap(({ name, answers, lengths }) => [
    ...warnOfReadRankings(name, answers, examples),
    ...warnOfShortLists(name, lengths, longest),
  ]);
}

function warnOfReadRankings(
  name: string,
  answers: ReadonlyMap<string, readonly Prediction[]>,
  examples: readonly Example[],
): string[] {
  const rankings = examples.flatMap((e) => (e.task === "ranking" ? (answers.get(e.id) ?? []) : []));
  const ok = rankings.filter(({ outcome }) => outcome === "ok");
  const read = ok.filter(({ choices }) => choices === null).length;
  if (read === 0) return [];
  return [
    `${name}: ${read} of ${ok.length} rankings were read from text and hold only what was written; hr@1 compares them with scored lists, ndcg@10 does not`,
  ];
}

function warnOfShortLists(
  name: string,
  lengths: readonly (number | null)[],
  longest: readonly number[],
): string[] {
  const ok = lengths.filter((length) => length !== null).length;
  const short = lengths.filter(
    (length, i) => length !== null && length < Math.min(headlineDepth, longest[i]!),
  ).length;
  if (short === 0) return [];
  return [
    `${name}: ${short} of ${ok} next-item answers name fewer items than the rankings they are compared with; hr@1 compares them, ndcg@10 does not`,
  ];
}

/** Items that an answer puts in order; null where it is none. */
function lengthOf(prediction: Prediction | undefined): number | null {
  if (prediction?.outcome !== "ok") return null;
  return prediction.rank?.of ?? new Set(prediction.items).size;
}
