// Task `next-item`: which item comes next, out of the whole catalog? The answer is its title alone.

import { z } from "zod";
import { readTitles } from "./read-titles.ts";
import { showHistory, showItem } from "./shown.ts";
import type { Task } from "./types.ts";

export const nextItemOptions = z.strictObject({ type: z.literal("next-item") });

export const nextItem: Task = {
  name: "next-item",
  variables: { prompt: ["history", "words", "position"], answer: ["target"] },
  blocks: ["task", "answer"],
  options: nextItemOptions,
  ask: "choose-item",

  make(input, context) {
    const target = input.timeline.batch.item[input.target]!;
    const history = showHistory(input, context);
    const variables = {
      history,
      words: context.words,
      position: history.length + 1,
      target: showItem(target, context),
    };
    return { variables, candidates: null, label: context.catalog.data.ids[target]!, source: "log" };
  },

  parse: (text, context) => readTitles(text, { ...context, candidates: null }),
};
