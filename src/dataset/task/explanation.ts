// Task `explanation`: why does this item suit this user? The answer is the user's own review of it, or what the liked
// history and the item share. Both are things the log says; nothing is invented.

import { z } from "zod";
import { likedRows, likesTarget } from "./liked.ts";
import { readReview, shareGenres } from "./reasons.ts";
import { nameItem, showHistory, showItem } from "./shown.ts";
import { taskKeys } from "./task-keys.ts";
import type { Task, TaskOptions } from "./types.ts";

export const explanationOptions = z.strictObject({
  type: z.literal("explanation"),
  ...taskKeys,
  reference: z.enum(["auto", "review", "metadata"]).default("auto"),
});
export type ExplanationOptions = z.infer<typeof explanationOptions>;

export const explanation: Task = {
  name: "explanation",
  variables: {
    prompt: ["history", "words", "item"],
    answer: ["review", "because", "shared"],
  },
  blocks: ["task", "answer"],
  options: explanationOptions,
  ask: "write",

  make(input, context, options: TaskOptions) {
    const { reference } = options as ExplanationOptions;
    if (!likesTarget(input, context)) return { skip: "not liked" };
    const { catalog, lang, show } = context;
    const { batch } = input.timeline;
    const target = batch.item[input.target]!;
    const prompt = {
      history: showHistory(input, context),
      words: context.words,
      item: showItem(target, context),
    };
    const review = reference === "metadata" ? null : readReview(batch.review, input.target, lang);
    if (review !== null) {
      const variables = { ...prompt, review, because: [], shared: [] };
      return { variables, candidates: null, label: null, source: "review" };
    }
    if (reference === "review") return { skip: "no usable review" };
    const liked = likedRows(input, context).map((row) => batch.item[row]!);
    const reason = shareGenres(catalog, liked, target);
    if (reason === null) return { skip: "nothing shared with the liked history" };
    const because = reason.items.map((index) => nameItem(catalog, index, lang, show));
    const variables = { ...prompt, review: null, because, shared: reason.genres };
    return { variables, candidates: null, label: null, source: "metadata" };
  },

  parse(text) {
    if (text.trim() === "") return { outcome: "malformed", reason: "empty" };
    return { outcome: "ok", items: [], value: null };
  },
};
