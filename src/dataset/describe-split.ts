// What a split is and what became of the log, in words: for cards, reports and the terminal.

import type { SplitRecipe } from "../log/split/recipe.ts";
import type { SplitSizes } from "../log/split/split-log.ts";
import { splitNames } from "../log/split/timeline.ts";
import type { DatasetManifest } from "./manifest.ts";

/** The rule of a split as sentences. The order named is (user, time, input row). */
export function describeSplit(split: SplitRecipe): string {
  switch (split.by) {
    case "leave-one-out":
      return "Leave-one-out in the order (user, time, input row): the last interaction of a user is test, the one before it validation, all others train; users with fewer than three interactions are in train.";
    case "leave-last":
      return `The last ${split.n} of a user in the order (time, input row) are test, the ${split.validation} before them validation, all others train; users with fewer than ${split.n + split.validation + 1} interactions are in train.`;
    case "time": {
      const cut =
        split.at === null
          ? `by shares of the interactions (${partsOf(split.shares ?? [8, 1, 1])})`
          : `at ${split.at.join(" and ")}`;
      return `All users are cut at the same two moments, ${cut}: train lies before the first, test from the second on. Interactions of one moment stay together.`;
    }
    case "ratio": {
      const line =
        split.groupBy === "user"
          ? "Each user's interactions"
          : split.order === "time"
            ? "All interactions, in time,"
            : "All interactions, users in the order the input names them first,";
      const needs =
        split.minHistory > 0 ? ` Targets have ${split.minHistory} or more before them;` : "";
      const last = split.last === null ? "" : ` The last ${split.last} targets are kept;`;
      const rest =
        needs || last ? " other interactions are context, shown but never asked for." : "";
      return `${line} are cut by their number, ${partsOf(split.shares)}.${needs}${last}${rest}`;
    }
    case "users":
      return `Whole users, drawn with the seed, ${partsOf(split.shares)}: nobody is in two splits.`;
    case "random":
      return `Single interactions, drawn with the seed into ${split.folds} folds: fold ${split.fold} is test, the next validation. Prompts of train show no interaction of the others.`;
    case "session":
      return `The last session of a user is test, the one before it validation; a gap of more than ${split.gapMinutes} minutes begins a session. Users with fewer than three sessions are in train.`;
  }
}

/** Users, items and interactions of each split, what was lost and why, and how much of train is later than test. */
export function listSplit(
  manifest: Pick<DatasetManifest, "splitSizes" | "filters" | "trainAfterTest">,
): string[] {
  const { splitSizes } = manifest;
  const named = splitNames.filter(
    (name) => splitSizes[name].interactions > 0 || name !== "context",
  );
  const lost = manifest.filters
    .filter((step) => step.lost.interactions > 0)
    .map(
      ({ reason, lost: l }) => `${reason} ${l.interactions} (${l.users} users, ${l.items} items)`,
    );
  const { trainAfterTest } = manifest;
  return [
    `kept: ${listSizes(splitSizes, named)}`,
    `lost: ${lost.length === 0 ? "nothing" : lost.join("; ")}`,
    trainAfterTest === null
      ? "train after the first test interaction: not known"
      : `train after the first test interaction: ${trainAfterTest.count} (${(100 * trainAfterTest.share).toFixed(1)}%)`,
  ];
}

/** What the named splits hold; `show` writes a number. */
export function listSizes(
  sizes: SplitSizes,
  names: readonly (keyof SplitSizes)[],
  show: (n: number) => string = String,
): string {
  return names
    .map((name) => {
      const { interactions, users, items } = sizes[name];
      return `${name} ${show(interactions)} of ${show(users)} users and ${show(items)} items`;
    })
    .join("; ");
}

function partsOf(shares: readonly number[]): string {
  const sum = shares.reduce((a, b) => a + b, 0);
  const percent = shares.map((share) => `${Math.round((1000 * share) / sum) / 10}%`);
  return `${percent[0]} train, ${percent[1]} validation, ${percent[2]} test`;
}
