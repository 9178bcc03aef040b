// Task `next-item`: which item comes next, out of the whole catalog? The answer is its title alone. The recipe may ask
// for items it is preferred over; they stand in the example, not in the prompt.

import { z } from "zod";
import { candidateSources, drawItems, refuseTwins } from "./draw-candidates.ts";
import { drawDisliked } from "./draw-disliked.ts";
import { reasonFor } from "./reasons.ts";
import { readTitles } from "./read-titles.ts";
import { showHistory, showItem } from "./shown.ts";
import { taskKeys } from "./task-keys.ts";
import type { Task, TaskOptions } from "./types.ts";

export const nextItemOptions = z.strictObject({
  type: z.literal("next-item"),
  ...taskKeys,
  negatives: z
    .strictObject({
      from: z
        .enum([...candidateSources, "disliked"])
        .default("uniform")
        .describe("disliked: what the user rated below their own mean before a target they liked"),
      n: z.int().min(1).max(100).default(1).describe("Items a target, at most"),
    })
    .nullable()
    .default(null)
    .describe("Items that the next one is preferred over, for preference pairs"),
});
export type NextItemOptions = z.infer<typeof nextItemOptions>;

export const nextItem: Task = {
  name: "next-item",
  variables: { prompt: ["history", "words", "position"], answer: ["target", "reason"] },
  blocks: ["task", "answer"],
  options: nextItemOptions,
  ask: "choose-item",

  make(input, context, options: TaskOptions, streams) {
    const target = input.timeline.batch.item[input.target]!;
    const history = showHistory(input, context);
    const variables = {
      history,
      words: context.words,
      position: history.length + 1,
      target: showItem(target, context),
      reason: reasonFor(input, context),
    };
    const draft = {
      variables,
      candidates: null,
      label: context.catalog.data.ids[target]!,
      source: "log" as const,
    };
    const { negatives: asked } = options as NextItemOptions;
    if (!asked) return draft;
    const refuses = refuseTwins(target, context);
    const negatives =
      asked.from === "disliked"
        ? drawDisliked(input, context, asked.n, streams.negatives, refuses)
        : drawItems(asked.from, input, context, asked.n, streams.negatives, refuses);
    return negatives.length === 0 ? draft : { ...draft, negatives };
  },

  parse: (text, context) => readTitles(text, { ...context, candidates: null }),
};
