// What a reader of a dataset should know and could not guess from its figures.

import type { LogNote, OpenLog } from "../log/reader/open-log.ts";
import type { SplitLog } from "../log/split/split-log.ts";
import { splits, type Split } from "../log/split/timeline.ts";
import type { DatasetRecipe } from "./recipe.ts";

export function collectNotes(built: {
  recipe: DatasetRecipe;
  log: OpenLog;
  split: SplitLog;
  examples: Record<Split, Record<string, number>>;
}): LogNote[] {
  const { recipe, log, split, examples } = built;
  const notes: LogNote[] = [...log.notes, ...noteOverlap(recipe, split)];
  for (const name of splits) {
    if (split.sizes[name].interactions > 0) continue;
    notes.push({ code: "split-empty", count: 0, message: `the split leaves nothing in ${name}` });
  }
  if (!log.hasTime) {
    notes.push({
      code: "order-of-input",
      count: split.counts.interactions,
      message: "the log has no times; interactions are ordered as the input has them",
    });
  }
  if (split.outweighed > 0) {
    notes.push({
      code: "feedback-outweighed",
      count: split.outweighed,
      message: `interactions stand for a heavier event of the same user and item, as filter.dedup is ${recipe.filter.dedup}; filter.dedup: strongest keeps the heavier one`,
    });
  }
  for (const { type } of recipe.tasks) {
    if (splits.some((name) => (examples[name][type] ?? 0) > 0)) continue;
    notes.push({ code: "task-empty", count: 0, message: `task ${type} made no example` });
  }
  return notes;
}

/** Train rows later than test rows: a note, for most splits are made so, but nobody should have to guess it. */
function noteOverlap({ split: { by } }: DatasetRecipe, split: SplitLog): LogNote[] {
  if (by === "leave-one-out") {
    const message =
      "leave-one-out holds back the last interactions of each user: train sees what other users did after a user's test interaction";
    return [{ code: "split-not-global", count: split.counts.users, message }];
  }
  const { trainAfterTest } = split;
  if (trainAfterTest === null || trainAfterTest.count === 0) return [];
  const share = (100 * trainAfterTest.share).toFixed(1);
  const message = `train interactions (${share}%) are later than the first test interaction`;
  return [{ code: "split-not-global", count: trainAfterTest.count, message }];
}
