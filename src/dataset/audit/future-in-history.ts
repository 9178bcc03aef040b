// Finding: a history row is later than its target. Needs the times of the history rows; examples without are not judged.

import { addHit, emptyTally, mergeTally, type Tally } from "./tally.ts";
import type { Finding } from "./types.ts";

export const futureInHistory: Finding<Tally> = {
  name: "future-in-history",
  about: "the history shows something that happened after the target",
  severity: "error",
  create() {
    // total: the examples whose times are known.
    const tally = emptyTally();
    return {
      see({ example, historyTimes }) {
        if (example.time === null || historyTimes === undefined) return;
        tally.total++;
        for (let i = 0; i < historyTimes.length; i++) {
          if (historyTimes[i]! > example.time) {
            addHit(tally, example.id);
            break;
          }
        }
      },
      state: () => tally,
      mergeState: (state) => mergeTally(tally, state),
      result() {
        const { count, total, examples } = tally;
        const message =
          total === 0
            ? "no times to judge by"
            : count === 0
              ? "no history reaches past its target"
              : `${count} of ${total} examples show rows later than their target`;
        const value = total === 0 ? null : count / total;
        return { severity: count === 0 ? null : "error", count, examples, value, message };
      },
    };
  },
};
