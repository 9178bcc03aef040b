// Task `rating`: what rating will the user give the target? The answer is the number alone.

import { z } from "zod";
import { answerPart } from "./read-answer.ts";
import { showHistory, showItem } from "./shown.ts";
import { taskKeys } from "./task-keys.ts";
import type { Outcome, Task } from "./types.ts";

export const ratingOptions = z.strictObject({ type: z.literal("rating"), ...taskKeys });

export const rating: Task = {
  name: "rating",
  variables: { prompt: ["history", "words", "scale", "item"], answer: ["rating"] },
  blocks: ["task", "answer"],
  options: ratingOptions,
  ask: "choose-rating",

  make(input, context) {
    const value = input.timeline.batch.rating[input.target]!;
    if (Number.isNaN(value)) return { skip: "no rating" };
    const variables = {
      history: showHistory(input, context),
      words: context.words,
      scale: { min: context.scale[0] ?? null, max: context.scale.at(-1) ?? null },
      item: showItem(input.timeline.batch.item[input.target]!, context),
      rating: value,
    };
    return { variables, candidates: null, label: String(value), source: "log" };
  },

  parse: (text, context) => readRating(text, context.scale),
};

/** The first number of a text that lies on the scale ("4", "4.0", "4/5", "４점"); any number where the scale is empty. */
export function readRating(text: string, scale: readonly number[]): Outcome {
  const numbers =
    answerPart(text)
      .normalize("NFKC")
      .match(/\d+(?:[.,]\d+)?/g) ?? [];
  for (const found of numbers) {
    const value = Number(found.replace(",", "."));
    if (scale.length === 0 || scale.includes(value)) return { outcome: "ok", items: [], value };
  }
  const reason = numbers.length > 0 ? "number off the scale" : "no number";
  return { outcome: "malformed", reason: text.trim() === "" ? "empty" : reason };
}
