// The tasks, by the name recipes use, and the union of their pieces of the recipe.

import { z } from "zod";
import { explanation, explanationOptions } from "./explanation.ts";
import { nextItem, nextItemOptions } from "./next-item.ts";
import { preference, preferenceOptions } from "./preference.ts";
import { ranking, rankingOptions } from "./ranking.ts";
import { rating, ratingOptions } from "./rating.ts";
import { recommendation } from "./recommendation.ts";
import type { Task } from "./types.ts";

export const tasks = {
  rating,
  "next-item": nextItem,
  ranking,
  preference,
  explanation,
} satisfies Record<Task["name"], Task>;

/** One entry of `tasks:` in a dataset recipe. */
export const taskSchema = z.discriminatedUnion(
  "type",
  [ratingOptions, nextItemOptions, rankingOptions, preferenceOptions, explanationOptions],
  {
    error: ({ input }) =>
      (input as { type?: unknown } | null | undefined)?.type === recommendation.name
        ? "no dataset is built of recommendation: a log does not hold such answers; rectune recommend asks for them"
        : undefined,
  },
);
