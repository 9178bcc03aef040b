import { expect, it } from "vitest";
import { describeSplit, listSplit } from "../../../src/dataset/describe-split.ts";
import { splitSchema } from "../../../src/log/split/recipe.ts";
import { manifestOf } from "./manifests.ts";

it.each([
  [{ by: "leave-one-out" }, "the last interaction of a user is test"],
  [{ by: "leave-last", n: 2 }, "The last 2 of a user in the order (time, input row) are test"],
  [{ by: "leave-last", n: 2 }, "fewer than 4 interactions"],
  [{ by: "time", at: ["2020-01-01", "2021-01-01"] }, "at 2020-01-01 and 2021-01-01"],
  [{ by: "time" }, "80% train, 10% validation, 10% test"],
  [{ by: "ratio", shares: [3, 1, 2] }, "Each user's interactions are cut by their number, 50%"],
  [{ by: "ratio", groupBy: "none", order: "first-seen", last: 9 }, "The last 9 targets are kept;"],
  [{ by: "ratio", groupBy: "none", minHistory: 4 }, "shown but never asked for"],
  [{ by: "users" }, "nobody is in two splits"],
  [{ by: "random", folds: 5, fold: 2 }, "5 folds: fold 2 is test"],
  [{ by: "session", gapMinutes: 45 }, "more than 45 minutes"],
] as const)("%j is described", (recipe, words) => {
  expect(describeSplit(splitSchema.parse(recipe))).toContain(words);
});

it("lists what was kept, what was lost, and what of train is later than test", () => {
  const lost = { users: 2, items: 1, interactions: 30 };
  const filters = [
    { reason: "repeat", lost: { users: 0, items: 0, interactions: 0 }, kept: lost },
    { reason: "min-user-item", lost, kept: lost },
  ];
  const context = { users: 3, items: 4, interactions: 7 };
  const manifest = manifestOf({ filters });
  manifest.splitSizes.context = context;
  expect(listSplit(manifest)).toEqual([
    "kept: train 10 of 3 users and 4 items; validation 3 of 3 users and 2 items; test 3 of 3 users and 2 items; context 7 of 3 users and 4 items",
    "lost: min-user-item 30 (2 users, 1 items)",
    "train after the first test interaction: 4 (40.0%)",
  ]);
  expect(listSplit(manifestOf({ trainAfterTest: null })).slice(1)).toEqual([
    "lost: nothing",
    "train after the first test interaction: not known",
  ]);
});
