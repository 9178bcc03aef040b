// Finding: prompts of validation or test that are nearly a prompt of train: the Jaccard similarity of their runs of three
// words is .8 or more, after the runs that one prompt in ten shares (the wording) are left out. Exact on the prompts it
// keeps (prefix filter, Chaudhuri et al. 2006, doi:10.1109/ICDE.2006.9): at most 20,000, whole users where users are known.

import type { Split } from "../../log/split/timeline.ts";
import { keepExample } from "./tally.ts";
import { findNearPairs } from "./near-pairs.ts";
import type { Finding } from "./types.ts";
import { hash32, hashRuns, wordsOf } from "./words.ts";

type Kept = { id: string; key: number; split: Split; runs: Uint32Array };
/** Kept are the prompts whose key is a multiple of 2 ** level: the same ones in whatever order they were seen. */
type State = { level: number; kept: Kept[] };

const mostKept = 20_000;
const mostRuns = 512;
const nearFrom = 0.8;

export const nearDuplicates: Finding<State> = {
  name: "near-duplicates",
  about: "a prompt of validation or test is nearly one of train",
  severity: "warning",
  inBuild: false,
  create() {
    const state: State = { level: 0, kept: [] };
    const isKept = (key: number): boolean =>
      state.level >= 32 ? key === 0 : key % 2 ** state.level === 0;
    const add = (one: Kept): void => {
      state.kept.push(one);
      while (state.kept.length > mostKept && state.level < 32) {
        state.level++;
        state.kept = state.kept.filter(({ key }) => isKept(key));
      }
    };
    return {
      see({ example, split }) {
        const key = hash32(example.user === "" ? example.id : example.user);
        if (!isKept(key)) return;
        const text = example.prompt.map(({ content }) => content).join("\n");
        add({ id: example.id, key, split, runs: hashRuns(wordsOf(text), 3).slice(0, mostRuns) });
      },
      state: () => state,
      mergeState(other) {
        if (other.level > state.level) {
          state.level = other.level;
          state.kept = state.kept.filter(({ key }) => isKept(key));
        }
        for (const one of other.kept) if (isKept(one.key)) add(one);
      },
      result() {
        const train = state.kept.filter(({ split }) => split === "train");
        const asked = state.kept.filter(({ split }) => split !== "train");
        const none = { severity: null, count: 0, examples: [], value: null };
        if (train.length === 0 || asked.length === 0)
          return { ...none, message: "no two splits to compare" };
        const examples: string[] = [];
        const near = findNearPairs(
          train.map(({ runs }) => runs),
          asked.map(({ runs }) => runs),
          nearFrom,
        );
        for (const at of near) keepExample(examples, asked[at]!.id);
        const count = near.length;
        const sample =
          state.level === 0 ? "" : `, on a sample of 1 in ${2 ** state.level} of the users`;
        return {
          severity: count === 0 ? null : "warning",
          count,
          examples,
          value: count / asked.length,
          message: `${count} of ${asked.length} prompts outside train are nearly one of train (${nearFrom} of their words in common${sample})`,
        };
      },
    };
  },
};
