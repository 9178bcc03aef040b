// What a baseline is fitted on, cut from the interactions of a dataset, and what is known of a user when a target is asked.

import type { Example } from "../../dataset/task/types.ts";
import type { Asked, TrainData } from "../../log/baseline/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";
import { splits } from "../../log/split/timeline.ts";
import type { FitOn } from "../suite/baseline-keys.ts";

/** What baselines are fitted on; loaded only where one has to answer. */
export type BaselineData = {
  catalog: Catalog;
  interactions: Interactions;
  /** Ratings from here on are likes. */
  likedFrom?: number;
};

/** Rows that are fitted, and those that come after them but before the targets (validation, unless it is fitted too). */
export function takeTrain(
  { interactions, catalog, likedFrom }: BaselineData,
  { fitOn = "train", before = "test" }: { fitOn?: FitOn; before?: "validation" | "test" } = {},
): TrainData {
  const rowsOf = (...names: (typeof splits)[number][]): number[] => {
    const codes = names.map((name) => splits.indexOf(name));
    const rows: number[] = [];
    for (let r = 0; r < interactions.split.length; r++) {
      if (codes.includes(interactions.split[r]!)) rows.push(r);
    }
    return rows;
  };
  const fitsAll = fitOn === "train+validation" && before === "test";
  const fitted = fitsAll ? rowsOf("train", "validation") : rowsOf("train");
  const later = fitsAll || before === "validation" ? [] : rowsOf("validation");
  const pick = <T extends Int32Array | Float64Array>(column: T, rows: number[]): T => {
    const picked = new (column.constructor as new (length: number) => T)(rows.length);
    rows.forEach((row, i) => (picked[i] = column[row]!));
    return picked;
  };
  return {
    userCount: interactions.users.length,
    itemCount: catalog.size,
    user: pick(interactions.user, fitted),
    item: pick(interactions.item, fitted),
    rating: pick(interactions.rating, fitted),
    time: pick(interactions.time, fitted),
    later: {
      user: pick(interactions.user, later),
      item: pick(interactions.item, later),
      rating: pick(interactions.rating, later),
    },
    ...(likedFrom === undefined ? {} : { likedFrom }),
  };
}

/** Users of a dataset: their index, the items they had before the targets, and what they rated them. */
export type Known = {
  indexOf: (user: string) => number;
  seen: (user: number) => ReadonlySet<number>;
  ask: (example: Example) => Asked;
};

/** What is known before the targets of `before`. */
export function makeKnown(
  { interactions, catalog }: BaselineData,
  before: "validation" | "test" = "test",
): Known {
  const { users, user, item, rating, split } = interactions;
  const index = new Map(users.map((id, i) => [id, i]));
  const last = splits.indexOf(before);
  // Rows of the targets' own split are not known; context rows are.
  const isKnown = (code: number): boolean => code < last || code >= splits.length;
  let own: Map<number, { seen: Set<number>; rated: Map<number, number> }> | undefined;
  const rowsOf = (at: number): { seen: Set<number>; rated: Map<number, number> } => {
    if (!own) {
      own = new Map();
      for (let r = 0; r < user.length; r++) {
        const held = own.get(user[r]!) ?? { seen: new Set(), rated: new Map() };
        own.set(user[r]!, held);
        held.rated.set(item[r]!, rating[r]!);
        if (isKnown(split[r]!)) held.seen.add(item[r]!);
      }
    }
    return own.get(at) ?? { seen: new Set(), rated: new Map() };
  };
  const indexOf = (id: string): number => index.get(id)!;
  return {
    indexOf,
    seen: (at) => rowsOf(at).seen,
    ask: ({ user: id, time, history }) => {
      // What a prompt shows is known, whatever split it is of: targets of one split follow one another.
      const { rated } = rowsOf(indexOf(id));
      return {
        time: time ?? NaN,
        shownRatings: Float64Array.from(history, (shown) => {
          return rated.get(catalog.indexOf(shown)) ?? NaN;
        }),
      };
    },
  };
}
