// Finding: how often train likes the target's item, or the user, already tells the answer. These are the trivial
// baselines of a yes/no or rating task; a tuned model has to pass them, not chance.

import { groupedAuc } from "../../base/metric/index.ts";
import type { Split } from "../../log/split/timeline.ts";
import { judgeAuc, smoothedShare } from "./score-groups.ts";
import type { Finding } from "./types.ts";

/** By key: likes and dislikes in train, then in the split that is judged. */
type Counts = Map<string, [likes: number, dislikes: number, liked: number, disliked: number]>;
type Held = { items: Counts; users: Counts };
/** Validation and test are kept apart until it is known which is the last. */
type State = { validation: Held; test: Held };

const emptyHeld = (): Held => ({ items: new Map(), users: new Map() });

export const labelFromPrior: Finding<State> = {
  name: "label-from-prior",
  about: "the item's or the user's share of likes in train tells whether the target is liked",
  severity: "warning",
  inBuild: false,
  create() {
    const state: State = { validation: emptyHeld(), test: emptyHeld() };
    return {
      see({ example, split, facts }) {
        if (facts === undefined || facts.liked === null) return;
        const at = (split === "train" ? 0 : 2) + (facts.liked ? 0 : 1);
        const into: Exclude<Split, "train">[] =
          split === "train" ? ["validation", "test"] : [split];
        for (const name of into) {
          if (example.item !== "") addOne(state[name].items, example.item, at);
          if (example.user !== "") addOne(state[name].users, example.user, at);
        }
      },
      state: () => state,
      mergeState(other) {
        for (const name of ["validation", "test"] as const) {
          addAll(state[name].items, other[name].items);
          addAll(state[name].users, other[name].users);
        }
      },
      result() {
        for (const name of ["test", "validation"] as const) {
          const [item, user] = [measure(state[name].items), measure(state[name].users)];
          const known = [item, user].filter(({ auc }) => !Number.isNaN(auc));
          if (known.length === 0) continue;
          const worst = known.reduce((a, b) =>
            Math.abs(b.auc - 0.5) > Math.abs(a.auc - 0.5) ? b : a,
          );
          const severity = judgeAuc(worst.auc, worst.n);
          return {
            severity,
            count: severity === null ? 0 : worst.n,
            examples: [],
            value: worst.auc,
            message: `AUC on ${name} of the share liked in train: of the item ${show(item)}, of the user ${show(user)}`,
          };
        }
        const message = "no liked and disliked targets with a train split to learn a prior from";
        return { severity: null, count: 0, examples: [], value: null, message };
      },
    };
  },
};

function addOne(counts: Counts, key: string, at: number): void {
  let held = counts.get(key);
  if (held === undefined) counts.set(key, (held = [0, 0, 0, 0]));
  held[at]!++;
}

function addAll(counts: Counts, others: Counts): void {
  for (const [key, other] of others) {
    const held = counts.get(key);
    if (held === undefined) counts.set(key, [...other]);
    else other.forEach((n, i) => (held[i]! += n));
  }
}

function measure(counts: Counts): { auc: number; n: number } {
  let [n, trained] = [0, 0];
  const groups = [...counts.values()].map(([likes, dislikes, liked, disliked]) => {
    n += liked + disliked;
    trained += likes + dislikes;
    return { score: smoothedShare(likes, dislikes), positives: liked, negatives: disliked };
  });
  return { auc: trained === 0 ? NaN : groupedAuc(groups), n };
}

function show({ auc, n }: { auc: number; n: number }): string {
  return Number.isNaN(auc) ? "not known" : `${auc.toFixed(3)} (n ${n})`;
}
