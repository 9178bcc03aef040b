// What a baseline is fitted on, cut from the interactions of a dataset, and what is known of a user when a target is asked.

import { DataError } from "../../base/errors.ts";
import type { Example } from "../../dataset/task/types.ts";
import type { Asked, Likes, TrainData } from "../../log/baseline/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";
import { isShownTo, splits } from "../../log/split/timeline.ts";
import { makeRowsBefore } from "../score/rows-before.ts";
import type { FitOn } from "../suite/baseline-keys.ts";

/** What baselines are fitted on; loaded only where one has to answer. */
export type BaselineData = {
  catalog: Catalog;
  interactions: Interactions;
  likes?: Likes;
  /** Of the dataset: drop-target keeps earlier copies of the asked item out of a history. Default keep. */
  repeats?: "drop-target" | "keep";
};

/** The rows that are fitted. */
export function takeTrain(
  { interactions, catalog, likes }: BaselineData,
  fitOn: FitOn = "train",
): TrainData {
  const last = lastFitted(fitOn);
  const rows: number[] = [];
  for (let r = 0; r < interactions.split.length; r++)
    if (interactions.split[r]! <= last) rows.push(r);
  const pick = <T extends Int32Array | Float64Array>(column: T): T => {
    const picked = new (column.constructor as new (length: number) => T)(rows.length);
    rows.forEach((row, i) => (picked[i] = column[row]!));
    return picked;
  };
  return {
    userCount: interactions.users.length,
    itemCount: catalog.size,
    user: pick(interactions.user),
    item: pick(interactions.item),
    rating: pick(interactions.rating),
    time: pick(interactions.time),
    ...(likes === undefined ? {} : { likes }),
  };
}

/** The last split that is fitted, by its code. */
function lastFitted(fitOn: FitOn): number {
  return splits.indexOf(fitOn === "train" ? "train" : "validation");
}

/** Users of a dataset: their index, and what they had done before a target. */
export type Known = {
  indexOf: (user: string) => number;
  /** @throws DataError `dataset-files-disagree` where the interactions lack the target. */
  ask: (example: Example) => Asked;
};

/** What is known before a target: every earlier row of its user that the split lets a prompt show, not the last ones alone. */
export function makeKnown(
  { interactions, catalog, repeats = "keep" }: BaselineData,
  fitOn: FitOn = "train",
): Known {
  const last = lastFitted(fitOn);
  const { users, user, item, rating, row, split } = interactions;
  const index = new Map(users.map((id, i) => [id, i]));
  const rowsBefore = makeRowsBefore(interactions);
  const indexOf = (id: string): number => index.get(id)!;
  /** What is shown are the last rows: of an item that was rated twice, each copy has its own rating. */
  const ratingsOfShown = (shown: readonly string[], rows: Int32Array): Float64Array => {
    const left = Map.groupBy(rows, (r) => item[r]!);
    const ratings = shown.toReversed().map((id) => {
      const row = left.get(catalog.indexOf(id))?.pop();
      return row === undefined ? NaN : rating[row]!;
    });
    return Float64Array.from(ratings.toReversed());
  };
  return {
    indexOf,
    ask(example) {
      const { start, end: target } = rowsBefore(example);
      const isThere = users[user[target]!] === example.user && row[target] === example.row;
      if (!isThere) throw noTarget(example.id);
      const own = split[target]!;
      const drops = repeats === "drop-target";
      const asked = item[target];
      const rows = new Int32Array(target - start);
      let count = 0;
      for (let r = start; r < target; r++)
        if (!(drops && item[r] === asked) && isShownTo(own, split[r]!)) rows[count++] = r;
      // Plain loops: a hundred thousand targets are asked for, each with its user's whole history.
      const history = new Int32Array(count);
      const ratings = new Float64Array(count);
      const isFitted = new Uint8Array(count);
      for (let i = 0; i < count; i++) {
        const r = rows[i]!;
        history[i] = item[r]!;
        ratings[i] = rating[r]!;
        isFitted[i] = split[r]! <= last ? 1 : 0;
      }
      let shown: Float64Array | null = null;
      return {
        time: example.time ?? NaN,
        history,
        ratings,
        isFitted,
        // Few baselines look at it.
        get shownRatings() {
          return (shown ??= ratingsOfShown(example.history, rows.subarray(0, count)));
        },
      };
    },
  };
}

function noTarget(id: string): DataError {
  return new DataError("the interactions of the dataset lack what this example asks for", {
    code: "dataset-files-disagree",
    where: id,
    next: "Build the dataset again; its files come from different builds.",
  });
}
