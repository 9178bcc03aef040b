// Task `preference`: will the user like this item? The answer is yes or no (pointwise instructions as in TALLRec, Bao et
// al. 2023, doi:10.1145/3604915.3608857). The history can be shown as what was liked and what was not.

import { z } from "zod";
import { answerPart } from "./read-answer.ts";
import { meanRating } from "./liked.ts";
import { showHistory, showItem } from "./shown.ts";
import { taskKeys } from "./task-keys.ts";
import type { Lang, Outcome, Task, TaskContext, TaskInput, TaskOptions } from "./types.ts";

export const preferenceOptions = z.strictObject({
  type: z.literal("preference"),
  ...taskKeys,
  likedFrom: z
    .union([z.number(), z.literal("mean")])
    .nullable()
    .default(null)
    .describe("Rating that counts as liked: a number, the user's own mean, or null: by the scale"),
  dislikedUpTo: z
    .number()
    .nullable()
    .default(null)
    .describe("Ratings between this and likedFrom are neither; null: all below is disliked"),
});
export type PreferenceOptions = z.infer<typeof preferenceOptions>;

/** The words that answers are written with; the first is what a model is offered. */
export const yesNo: Readonly<Record<Lang, { yes: readonly string[]; no: readonly string[] }>> = {
  en: { yes: ["Yes"], no: ["No"] },
  ko: { yes: ["예", "네"], no: ["아니요", "아니오"] },
};

export const preference: Task = {
  name: "preference",
  variables: {
    prompt: ["history", "liked", "disliked", "words", "item"],
    answer: ["likes", "letter"],
  },
  blocks: ["task", "answer"],
  options: preferenceOptions,
  ask: "choose-yes-no",

  make(input, context, options: TaskOptions) {
    const { batch } = input.timeline;
    const value = batch.rating[input.target]!;
    if (Number.isNaN(value)) return { skip: "no rating" };
    const judge = judgeOf(input, context, options as PreferenceOptions);
    const likes = judge(value);
    if (likes === null) return { skip: "neither liked nor disliked" };
    const history = showHistory(input, context);
    const judged = input.history.map((row) => judge(batch.rating[row]!));
    const variables = {
      history,
      liked: history.filter((_, i) => judged[i] === true),
      disliked: history.filter((_, i) => judged[i] === false),
      words: context.words,
      item: showItem(batch.item[input.target]!, context),
      likes,
      letter: likes ? "A" : "B",
    };
    return { variables, candidates: null, label: likes ? "yes" : "no", source: "log" };
  },

  parse: (text, { form }) => (form === "letter" ? readLetter(text) : readYesNo(text)),
};

/** Liked, disliked, or null for what is neither; an interaction without a rating counts as liked. */
function judgeOf(
  input: TaskInput,
  context: TaskContext,
  { likedFrom, dislikedUpTo }: PreferenceOptions,
): (rating: number) => boolean | null {
  const from =
    likedFrom === "mean"
      ? (meanRating(input) ?? context.likedFrom)
      : (likedFrom ?? context.likedFrom);
  return (rating) => {
    if (Number.isNaN(rating) || rating >= from) return true;
    return dislikedUpTo === null || rating <= dislikedUpTo ? false : null;
  };
}

const yesWords = new Set(["yes", "yeah", "예", "네"]);
const noWords = new Set(["no", "nope", "아니요", "아니오", "아뇨"]);

/** A for yes, B for no, as wordings that offer the two as letters have them; else the word itself. */
function readLetter(text: string): Outcome {
  const letter = /^[\s(]*([AB])(?![\p{L}\p{N}])/iu.exec(answerPart(text))?.[1]?.toUpperCase();
  if (letter === undefined) return readYesNo(text);
  return { outcome: "ok", items: [], value: letter === "A" ? 1 : 0 };
}

/** The first yes or no of an answer, in English or Korean: value 1 or 0. */
export function readYesNo(text: string): Outcome {
  for (const [word] of answerPart(text)
    .normalize("NFKC")
    .toLowerCase()
    .matchAll(/[\p{L}]+/gu)) {
    if (yesWords.has(word)) return { outcome: "ok", items: [], value: 1 };
    if (noWords.has(word)) return { outcome: "ok", items: [], value: 0 };
  }
  return { outcome: "malformed", reason: text.trim() === "" ? "empty" : "neither yes nor no" };
}
