// Finding: train targets that lie later than test targets: train may know what was yet to come. Leave-one-out always
// does that for other users, so there it is a note (Ji et al. 2023, doi:10.1145/3569930, on data leakage by time).
// Times are counted by day, so that the state stays small whatever the size of the log.

import type { Finding } from "./types.ts";

type Days = Map<number, number>;
type State = { train: Days; test: Days };

const secondsADay = 86_400;
/** Splits that leave out each user's last rows. */
const byUser = new Set(["leave-one-out", "leave-last"]);

export const trainAfterTest: Finding<State> = {
  name: "train-after-test",
  about: "train targets lie later than the first or the median test target",
  severity: "warning",
  // A build has the exact figure in its manifest.
  inBuild: false,
  create({ splitBy }) {
    const state: State = { train: new Map(), test: new Map() };
    const add = (days: Days, day: number, n: number): void => {
      days.set(day, (days.get(day) ?? 0) + n);
    };
    return {
      see({ example: { time }, split }) {
        if (time === null || time === undefined || split === "validation") return;
        add(state[split], Math.floor(time / secondsADay), 1);
      },
      state: () => state,
      mergeState(other) {
        for (const [day, n] of other.train) add(state.train, day, n);
        for (const [day, n] of other.test) add(state.test, day, n);
      },
      result() {
        const tested = [...state.test].sort(([a], [b]) => a - b);
        const total = sum(state.train.values());
        if (tested.length === 0 || total === 0) {
          const message = "no times in train and test to judge by";
          return { severity: null, count: 0, examples: [], value: null, message };
        }
        const later = (day: number): number =>
          sum([...state.train].filter(([held]) => held > day).map(([, n]) => n));
        const afterFirst = later(tested[0]![0]);
        const afterMedian = later(medianDay(tested));
        const percent = (n: number): string => `${((100 * n) / total).toFixed(1)}%`;
        const isNote = splitBy === undefined || byUser.has(splitBy);
        return {
          severity: afterFirst === 0 ? null : isNote ? "note" : "warning",
          count: afterFirst,
          examples: [],
          value: afterFirst / total,
          message:
            afterFirst === 0
              ? "no train target is later than the day of the first test target"
              : `${percent(afterFirst)} of ${total} train targets lie after the day of the first test target, ${percent(afterMedian)} after that of the median one`,
        };
      },
    };
  },
};

function medianDay(days: readonly (readonly [number, number])[]): number {
  const half = sum(days.map(([, n]) => n)) / 2;
  let seen = 0;
  return days.find(([, n]) => (seen += n) >= half)![0];
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const n of numbers) total += n;
  return total;
}
