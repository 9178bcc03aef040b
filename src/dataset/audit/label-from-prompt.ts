// Finding: the number of liked and disliked items in the prompt already tells the answer. A tuned model that beats
// chance may have learned to count; the AUC of the count is the bar it has to pass (reference: TALLRec's movie test, .726).

import { groupedAuc } from "../../base/metric/index.ts";
import { splits, type Split } from "../../log/split/timeline.ts";
import { judgeAuc, smoothedShare } from "./score-groups.ts";
import type { Finding } from "./types.ts";

/** By split, then by `likes/dislikes`: targets disliked and liked. */
type State = Record<Split, Map<string, [disliked: number, liked: number]>>;

export const labelFromPrompt: Finding<State> = {
  name: "label-from-prompt",
  about: "the count of likes in the prompt alone tells whether the target is liked",
  severity: "warning",
  inBuild: false,
  create() {
    const state: State = { train: new Map(), validation: new Map(), test: new Map() };
    const add = (split: Split, key: string, disliked: number, liked: number): void => {
      const held = state[split].get(key);
      if (held === undefined) state[split].set(key, [disliked, liked]);
      else {
        held[0] += disliked;
        held[1] += liked;
      }
    };
    return {
      see({ split, facts }) {
        if (!facts?.shown || facts.liked === null) return;
        const { likes, dislikes } = facts.shown;
        add(split, `${likes}/${dislikes}`, facts.liked ? 0 : 1, facts.liked ? 1 : 0);
      },
      state: () => state,
      mergeState(other) {
        for (const split of splits)
          for (const [key, [disliked, liked]] of other[split]) add(split, key, disliked, liked);
      },
      result() {
        const judged = splits.map((split) => ({ split, ...measure(state[split]) }));
        // What an eval will report is the last split that has both answers.
        const last = judged.findLast(({ auc }) => !Number.isNaN(auc));
        if (last === undefined) {
          const message = "no likes are shown beside a liked or disliked target";
          return { severity: null, count: 0, examples: [], value: null, message };
        }
        const severity = judgeAuc(last.auc, last.n);
        const parts = judged
          .filter(({ auc }) => !Number.isNaN(auc))
          .map(({ split, auc, n }) => `${split} ${auc.toFixed(3)} (n ${n})`);
        return {
          severity,
          count: severity === null ? 0 : last.n,
          examples: [],
          value: last.auc,
          message: `AUC of (likes+1)/(likes+dislikes+2) counted in the prompt: ${parts.join(", ")}`,
        };
      },
    };
  },
};

function measure(counts: State[Split]): { auc: number; n: number } {
  let n = 0;
  const groups = [...counts].map(([key, [disliked, liked]]) => {
    const [likes, dislikes] = key.split("/").map(Number);
    n += disliked + liked;
    return { score: smoothedShare(likes!, dislikes!), positives: liked, negatives: disliked };
  });
  return { auc: groupedAuc(groups), n };
}
