// Finding: the true item is missing from its candidates, or stands too often in one place of the list. A model can
// learn a place instead of a taste; published datasets have put the truth first in every row.

import { emptyTally, addHit, mergeTally, type Tally } from "./tally.ts";
import type { Finding } from "./types.ts";

/** `slots[n][i]`: how often the truth stood at place i of a list of n. */
type State = { missing: Tally; slots: Record<number, number[]> };

const judgedFrom = 200;
/** Standard deviations over the fair share that no honest shuffle reaches, and a lean that is worth learning. */
const suspicious = { deviations: 6, ratio: 1.25 };

export const truthPosition: Finding<State> = {
  name: "truth-position",
  about: "the true item is missing from its candidates, or favours one place among them",
  severity: "error",
  create() {
    const missing = emptyTally();
    const slots: Record<number, number[]> = {};
    return {
      see({ example, built }) {
        const candidates = built ? built.candidates : example.candidates;
        if (candidates === null) return;
        missing.total++;
        const n = candidates.length;
        const at = built
          ? Array.prototype.indexOf.call(built.candidates, built.item)
          : example.candidates!.indexOf(example.label ?? example.item);
        if (at < 0) return addHit(missing, example.id);
        const counts = (slots[n] ??= Array.from({ length: n }, () => 0));
        counts[at]!++;
      },
      state: () => ({ missing, slots }),
      mergeState(state) {
        mergeTally(missing, state.missing);
        for (const [n, counts] of Object.entries(state.slots)) {
          const held = (slots[Number(n)] ??= counts.map(() => 0));
          counts.forEach((count, i) => (held[i]! += count));
        }
      },
      result() {
        if (missing.count > 0) {
          return {
            severity: "error",
            count: missing.count,
            examples: missing.examples,
            value: null,
            message: `${missing.count} of ${missing.total} candidate lists lack their true item`,
          };
        }
        const worst = findWorst(slots);
        if (worst === null) {
          const message =
            missing.total === 0 ? "no candidate lists" : "too few candidate lists to judge places";
          return { severity: null, count: 0, examples: [], value: null, message };
        }
        const { n, place, count, total, ratio } = worst;
        const isSuspicious = worst.deviations > suspicious.deviations && ratio >= suspicious.ratio;
        return {
          severity: count === total ? "error" : isSuspicious ? "warning" : null,
          count: isSuspicious ? count : 0,
          examples: [],
          value: ratio,
          message: `most frequent place of the truth: ${place + 1} of ${n}, ${count} of ${total} lists (${ratio.toFixed(2)} times its fair share)`,
        };
      },
    };
  },
};

type Worst = {
  n: number;
  place: number;
  count: number;
  total: number;
  /** Over the fair share; and how many standard deviations of an honest shuffle that is. */
  ratio: number;
  deviations: number;
};

function findWorst(slots: Readonly<Record<number, number[]>>): Worst | null {
  let worst: Worst | null = null;
  for (const [key, counts] of Object.entries(slots)) {
    const n = Number(key);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total < judgedFrom || n < 2) continue;
    const count = Math.max(...counts);
    const fair = total / n;
    const deviations = (count - fair) / Math.sqrt(fair * (1 - 1 / n));
    if (worst === null || deviations > worst.deviations) {
      worst = { n, place: counts.indexOf(count), count, total, ratio: count / fair, deviations };
    }
  }
  return worst;
}
