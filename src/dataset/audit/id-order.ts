// Finding: item ids were given in the order of time, or user after user. Where prompts show ids the number itself then
// tells what comes next (sequential indexing as in P5: Hua et al. 2023, doi:10.1145/3624918.3625339).
// Spearman's rank correlation of the id's order with the order in which targets first appear.

import type { Finding } from "./types.ts";

/** What is known of an item: its earliest target's time, and its earliest place in the order (user, row). */
type First = { time: number | null; user: string; row: number };
type State = Map<string, First>;

const judgedFrom = 30;

export const idOrder: Finding<State> = {
  name: "id-order",
  about: "item ids follow time, or go user after user: the number tells what comes next",
  severity: "warning",
  inBuild: false,
  create({ idsShown }) {
    const state: State = new Map();
    const add = (item: string, first: First): void => {
      const held = state.get(item);
      if (held === undefined) {
        state.set(item, first);
        return;
      }
      if (first.time !== null && (held.time === null || first.time < held.time))
        held.time = first.time;
      const order = compareIds(first.user, held.user) || first.row - held.row;
      if (order < 0) [held.user, held.row] = [first.user, first.row];
    };
    return {
      see({ example: { item, user, time, row } }) {
        if (item !== "" && user !== "") add(item, { time: time ?? null, user, row: row ?? 0 });
      },
      state: () => state,
      mergeState(other) {
        for (const [item, first] of other) add(item, { ...first });
      },
      result() {
        const none = { severity: null, count: 0, examples: [], value: null };
        if (state.size < judgedFrom) return { ...none, message: "too few items to judge ids by" };
        const items = [...state].sort(([a], [b]) => compareIds(a, b));
        const timed = items.filter(([, { time }]) => time !== null);
        const byTime = rankCorrelation(timed, (a, b) => a.time! - b.time!);
        const byUser = rankCorrelation(
          items,
          (a, b) => compareIds(a.user, b.user) || a.row - b.row,
        );
        const time = timed.length < judgedFrom ? 0 : byTime;
        const isByTime = Math.abs(time) > Math.abs(byUser);
        const worst = isByTime ? time : byUser;
        const isOrdered = Math.abs(worst) >= 0.8;
        return {
          severity: !isOrdered ? null : idsShown === true ? "warning" : "note",
          count: isOrdered ? items.length : 0,
          examples: [],
          value: worst,
          message: `rank correlation of ids with ${isByTime ? "the time they first appear" : "the order user after user"}: ${worst.toFixed(2)}${isOrdered && idsShown !== true ? "; no prompt shows ids" : ""}`,
        };
      },
    };
  },
};

const digits = /^\d{1,15}$/;

/** Numbers by value and before words; words by code unit. */
function compareIds(a: string, b: string): number {
  const [isNumberA, isNumberB] = [digits.test(a), digits.test(b)];
  if (isNumberA && isNumberB) return Number(a) - Number(b) || (a < b ? -1 : a > b ? 1 : 0);
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Spearman's rho between the given order and another; ties have the mean of their ranks. */
function rankCorrelation(
  items: readonly (readonly [string, First])[],
  compare: (a: First, b: First) => number,
): number {
  const n = items.length;
  const order = [...items.keys()].sort((a, b) => compare(items[a]![1], items[b]![1]));
  const mean = (n - 1) / 2;
  let [product, squaresA, squaresB] = [0, 0, 0];
  for (let start = 0; start < n;) {
    let end = start + 1;
    while (end < n && compare(items[order[start]!]![1], items[order[end]!]![1]) === 0) end++;
    const rank = (start + end - 1) / 2 - mean;
    for (; start < end; start++) {
      const own = order[start]! - mean;
      product += own * rank;
      squaresA += own * own;
      squaresB += rank * rank;
    }
  }
  return squaresB === 0 ? 0 : product / Math.sqrt(squaresA * squaresB);
}
