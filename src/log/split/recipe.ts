// The `filter` and `split` pieces of a dataset recipe.

import { z } from "zod";

const moment = z
  .union([z.int(), z.iso.date(), z.iso.datetime({ offset: true })])
  .describe("UTC seconds, a date, or an ISO 8601 time with zone");

/** Which interactions are kept, in the order the steps run. */
export const filterSchema = z.strictObject({
  dedup: z
    .enum(["last", "first", "strongest", "none"])
    .default("last")
    .describe(
      "Which of several rows of one (user, item) stays; strongest: the one rated highest, of equal ones the last",
    ),
  minRating: z.number().nullable().default(null),
  likes: z
    .strictObject({
      from: z.number().describe("Ratings from here on are likes"),
      dislikeUpTo: z.number().describe("Ratings up to here are dislikes"),
    })
    .refine(({ from, dislikeUpTo }) => dislikeUpTo < from, "dislikeUpTo must lie below from")
    .nullable()
    .default(null)
    .describe(
      "Drops unrated rows and ratings between the two; `from` is then what counts as liked",
    ),
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

const shares = z
  .tuple([z.number().positive(), z.number().nonnegative(), z.number().nonnegative()])
  .describe("Parts of train, validation and test: [0.8, 0.1, 0.1] or [8, 1, 1]");
const defaultShares: [number, number, number] = [0.8, 0.1, 0.1];

/** How the kept interactions become train, validation and test. */
export const splitSchema = z.discriminatedUnion("by", [
  z
    .strictObject({ by: z.literal("leave-one-out") })
    .describe("Last row of a user is test, the one before validation"),
  z
    .strictObject({
      by: z.literal("leave-last"),
      n: z.int().positive().default(1).describe("Last rows of a user that are test"),
      validation: z.int().nonnegative().default(1).describe("Rows before those, for validation"),
    })
    .describe("Last n rows of a user are test; users too short for it stay in train"),
  z
    .strictObject({
      by: z.literal("time"),
      at: z
        .tuple([moment, moment])
        .nullable()
        .default(null)
        .describe("First moments of validation and of test"),
      shares: shares.nullable().default(null).describe("Where `at` is left out; default 8:1:1"),
    })
    .refine(
      ({ at, shares: parts }) => at === null || parts === null,
      "give the two moments or the shares, not both",
    )
    .describe("All rows cut at two moments; rows of one moment stay together"),
  z
    .strictObject({
      by: z.literal("ratio"),
      shares: shares.default(defaultShares),
      groupBy: z
        .enum(["user", "none"])
        .default("user")
        .describe("user: each user's rows are cut; none: all rows in one line"),
      order: z
        .enum(["time", "first-seen"])
        .default("time")
        .describe("first-seen: users in the order the input names them first, each in time"),
      minHistory: z
        .int()
        .nonnegative()
        .default(0)
        .describe("Earlier rows of its user that a target needs; the others are context"),
      last: z
        .int()
        .positive()
        .nullable()
        .default(null)
        .describe("Targets kept, the last in that order; the others are context"),
    })
    .describe("Rows in order, cut by their number"),
  z
    .strictObject({ by: z.literal("users"), shares: shares.default(defaultShares) })
    .describe("Whole users, drawn with the seed"),
  z
    .strictObject({
      by: z.literal("random"),
      folds: z.int().min(3).max(1000).default(10),
      fold: z.int().nonnegative().default(0).describe("Fold that is test; the next is validation"),
    })
    .refine(({ folds, fold }) => fold < folds, "folds are counted from 0")
    .describe("Single rows, drawn with the seed; histories of train leave held-out rows out"),
  z
    .strictObject({ by: z.literal("session"), gapMinutes: z.number().positive().default(30) })
    .describe("Last session of a user is test, the one before validation"),
]);
export type SplitRecipe = z.infer<typeof splitSchema>;
export type Shares = [train: number, validation: number, test: number];
