// Finding: the truth is more popular in train than the candidates it stands among, so that popularity alone ranks it
// high (sampled metrics: Krichene and Rendle 2020, doi:10.1145/3394486.3403226). The value is the mean share of the other
// candidates that are less popular, ties one half: .5 is no skew.

import type { Finding } from "./types.ts";

/** Sums in units of 1/2 of a beaten candidate, by list length, so that merging in any order gives the same number. */
type State = Map<number, [lists: number, halves: number]>;

const judgedFrom = 100;

export const candidatePopularity: Finding<State> = {
  name: "candidate-popularity",
  about: "the true item is more popular than the candidates it stands among",
  severity: "warning",
  inBuild: false,
  create({ popularityOf }) {
    const state: State = new Map();
    const add = (others: number, lists: number, halves: number): void => {
      const held = state.get(others);
      if (held === undefined) state.set(others, [lists, halves]);
      else {
        held[0] += lists;
        held[1] += halves;
      }
    };
    return {
      see({ example }) {
        if (popularityOf === undefined || !example.candidates || example.candidates.length < 2)
          return;
        const truth = example.label ?? example.item;
        const own = popularityOf(truth);
        let halves = 0;
        for (const item of example.candidates) {
          if (item === truth) continue;
          const other = popularityOf(item);
          halves += other < own ? 2 : other === own ? 1 : 0;
        }
        add(example.candidates.length - 1, 1, halves);
      },
      state: () => state,
      mergeState(other) {
        for (const [others, [lists, halves]] of other) add(others, lists, halves);
      },
      result() {
        let [n, total] = [0, 0];
        for (const [others, [lists, halves]] of [...state].sort(([a], [b]) => a - b)) {
          n += lists;
          total += halves / (2 * others);
        }
        const none = { severity: null, count: 0, examples: [], value: null };
        if (n === 0) return { ...none, message: "no candidate lists with known popularity" };
        const value = total / n;
        const distance = n < judgedFrom ? 0 : Math.abs(value - 0.5);
        return {
          severity: distance >= 0.4 ? "warning" : distance >= 0.15 ? "note" : null,
          count: distance >= 0.15 ? n : 0,
          examples: [],
          value,
          message: `the truth is more popular than ${(100 * value).toFixed(0)}% of the other candidates (50% is no skew; ${n} lists)`,
        };
      },
    };
  },
};
