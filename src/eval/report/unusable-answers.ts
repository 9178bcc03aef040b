// Answers of a model that could not be used, said beside the numbers that they lower: how many of which task, and the wording
// that most of them were asked in, for a wording that small models cannot write is the usual cause.

import type { Example } from "../../dataset/task/types.ts";
import { latestAnswers } from "../score/score.ts";
import type { Prediction } from "../score/types.ts";

/** Shares up to this are left to the report's table of failures. */
const shareWorthSaying = 0.01;

/** What an answer that stands for nothing is called, by its outcome; failed requests are told where they fail. */
const outcomeWords = { malformed: "malformed", truncated: "cut off", refused: "refused" } as const;
type Outcome = keyof typeof outcomeWords;

/** A line for each task of which more than 1% of the answers are malformed, cut off or refused. */
export function warnOfUnusable(
  { name, predictions }: { name: string; predictions: readonly Prediction[] },
  examples: readonly Example[],
): string[] {
  const answers = latestAnswers(predictions);
  const tasks = Map.groupBy(
    examples.flatMap((example) =>
      (answers.get(example.id) ?? []).map(({ outcome }) => ({ example, outcome })),
    ),
    ({ example }) => example.task,
  );
  return Array.from(tasks).flatMap(([task, asked]) => {
    const bad = asked.filter(({ outcome }) => Object.hasOwn(outcomeWords, outcome));
    if (bad.length <= shareWorthSaying * asked.length) return [];
    const kinds = Map.groupBy(bad, ({ outcome }) => outcome as Outcome);
    const [only] = kinds.keys();
    const counted = Array.from(kinds, ([kind, held]) => `${held.length} ${outcomeWords[kind]}`);
    const said = kinds.size === 1 ? outcomeWords[only!] : "unusable";
    const cause = causeOf(
      bad.map(({ example }) => wordingName(example)),
      new Set(asked.map(({ example }) => wordingName(example))),
    );
    const facts = [kinds.size === 1 ? "" : counted.join(", "), cause].filter((part) => part !== "");
    const detail = facts.length === 0 ? "" : ` (${facts.join("; ")})`;
    const verb = bad.length === 1 ? "is" : "are";
    const fate = bad.length === 1 ? "it counts as a miss" : "they count as misses";
    return [
      `${name}: ${bad.length} of ${asked.length} ${task} answers ${verb} ${said}${detail}; ${fate}`,
    ];
  });
}

/** The wording that holds most of the unusable answers, where the task was asked in several. */
function causeOf(bad: readonly string[], asked: ReadonlySet<string>): string {
  if (asked.size < 2) return "";
  const [most] = Array.from(Map.groupBy(bad, (wording) => wording)).toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  const [wording, held] = most!;
  if (2 * held.length <= bad.length) return "";
  const share = held.length === bad.length ? "all" : String(held.length);
  return `${share} of wording ${wording}`;
}

/** `shelf` of `ranking/en/shelf@1`. */
function wordingName({ wording }: Example): string {
  return (wording.split("/")[2] ?? wording).replace(/@.*$/, "");
}
