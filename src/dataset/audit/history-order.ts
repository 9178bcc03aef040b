// Finding: the history is not shown in the order of time. Newest first throughout is a choice and a note; a shuffled
// history takes from the model what sequential recommendation is about.

import { addHit, emptyTally, mergeTally, sumTallies, type Tally } from "./tally.ts";
import type { Finding } from "./types.ts";

type State = { shuffled: Tally; reversed: Tally };

export const historyOrder: Finding<State> = {
  name: "history-order",
  about: "the history is not shown in the order of time",
  severity: "warning",
  create() {
    // total of shuffled: histories of which an order can be told.
    const [shuffled, reversed] = [emptyTally(), emptyTally()];
    return {
      see({ example, historyTimes }) {
        if (historyTimes === undefined) return;
        let [rises, falls, last] = [false, false, -Infinity];
        for (let i = 0; i < historyTimes.length; i++) {
          const time = historyTimes[i]!;
          if (!Number.isFinite(time)) continue;
          if (last !== -Infinity) {
            rises ||= time > last;
            falls ||= time < last;
          }
          last = time;
        }
        if (!rises && !falls) return;
        shuffled.total++;
        if (rises && falls) addHit(shuffled, example.id);
        else if (falls) addHit(reversed, example.id);
      },
      state: () => ({ shuffled, reversed }),
      mergeState(state) {
        mergeTally(shuffled, state.shuffled);
        mergeTally(reversed, state.reversed);
      },
      result() {
        const { total } = shuffled;
        const count = shuffled.count + reversed.count;
        // Two rows that fall say nothing yet: a shuffle of two looks the same.
        const isChoice = shuffled.count === 0 && reversed.count === total;
        const both = sumTallies(shuffled, reversed);
        return {
          severity: count === 0 ? null : isChoice ? "note" : "warning",
          count,
          examples: both.examples,
          value: total === 0 ? null : count / total,
          message:
            total === 0
              ? "no times to judge by"
              : count === 0
                ? "every history is in the order of time"
                : isChoice
                  ? `all ${total} histories show the newest first`
                  : `${count} of ${total} histories are not in the order of time`,
        };
      },
    };
  },
};
