// Task `ranking`: which of the candidates comes next? The answer is the title of the best one, as the list writes it.

import { z } from "zod";
import { letters } from "../template/letters.ts";
import { candidateSources, drawItems, refuseTwins } from "./draw-candidates.ts";
import { reasonFor } from "./reasons.ts";
import { readTitles } from "./read-titles.ts";
import { showHistory, showItem } from "./shown.ts";
import { taskKeys } from "./task-keys.ts";
import type { Task, TaskOptions } from "./types.ts";

export const rankingOptions = z.strictObject({
  type: z.literal("ranking"),
  ...taskKeys,
  candidates: z
    .strictObject({
      from: z.enum(candidateSources).default("uniform"),
      n: z.int().min(2).max(1000).default(20),
      truth: z.literal("forced").default("forced"),
    })
    .prefault({}),
});
export type RankingOptions = z.infer<typeof rankingOptions>;

export const ranking: Task = {
  name: "ranking",
  variables: {
    prompt: ["history", "words", "candidates", "position"],
    answer: ["target", "index", "letter", "reason"],
  },
  blocks: ["candidates", "task", "answer"],
  options: rankingOptions,
  ask: "choose-candidate",

  make(input, context, options: TaskOptions, streams) {
    const { from, n } = (options as RankingOptions).candidates;
    const { catalog } = context;
    const target = input.timeline.batch.item[input.target]!;
    const refuses = refuseTwins(target, context);
    const negatives = drawItems(from, input, context, n - 1, streams.negatives, refuses);
    if (negatives.length === 0)
      return { skip: "no candidates: the user has seen the whole catalog" };
    const candidates = streams.order.shuffle([target, ...negatives]);
    const place = candidates.indexOf(target);
    const history = showHistory(input, context);
    const variables = {
      history,
      words: context.words,
      candidates: candidates.map((index) => showItem(index, context)),
      position: history.length + 1,
      target: showItem(target, context),
      index: place + 1,
      letter: letters[place],
      reason: reasonFor(input, context),
    };
    return { variables, candidates, label: catalog.data.ids[target]!, source: "log" };
  },

  parse: readTitles,
};
