// Keys that every task has in a dataset recipe.

import { z } from "zod";

export const taskKeys = {
  wordings: z
    .array(z.string().min(1))
    .min(1)
    .nullable()
    .default(null)
    .describe("Names of the wordings that examples are drawn in; null: all that are not held out"),
};
