// The `filter` and `split` pieces of a dataset recipe.

import { z } from "zod";

const moment = z
  .union([z.int(), z.iso.date(), z.iso.datetime({ offset: true })])
  .describe("UTC seconds, a date, or an ISO 8601 time with zone");

/** Which interactions are kept, in the order the steps run. */
export const filterSchema = z.strictObject({
  dedup: z
    .enum(["last", "first", "none"])
    .default("last")
    .describe("Which of several rows of one (user, item) stays"),
  minRating: z.number().nullable().default(null),
  since: moment.nullable().default(null).describe("First moment kept"),
  until: moment.nullable().default(null).describe("First moment no longer kept"),
  sampleUsers: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Number of users, drawn with the seed"),
  kCore: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Users and items with at least k rows, to a fixed point"),
  minUser: z
    .int()
    .nonnegative()
    .default(5)
    .describe("Rows a user needs, to a fixed point with minItem"),
  minItem: z.int().nonnegative().default(1),
});
export type FilterRecipe = z.infer<typeof filterSchema>;

/** How the kept interactions become train, validation and test. */
export const splitSchema = z.discriminatedUnion("by", [
  z
    .strictObject({ by: z.literal("leave-one-out") })
    .describe("Last row of a user is test, the one before validation"),
]);
export type SplitRecipe = z.infer<typeof splitSchema>;
