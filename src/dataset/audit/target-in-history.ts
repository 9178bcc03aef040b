// Finding: the item that is asked for stands in the history that is shown.

import { addHit, emptyTally, mergeTally, type Tally } from "./tally.ts";
import type { Finding } from "./types.ts";

export const targetInHistory: Finding<Tally> = {
  name: "target-in-history",
  about: "the item asked for stands in the history that the prompt shows",
  severity: "error",
  create({ repeats }) {
    const tally = emptyTally();
    return {
      see({ example, built }) {
        tally.total++;
        const isShown = built
          ? built.history.includes(built.item)
          : example.history.includes(example.item);
        if (isShown) addHit(tally, example.id);
      },
      state: () => tally,
      mergeState: (state) => mergeTally(tally, state),
      result: () => ({
        severity: tally.count === 0 ? null : repeats === "keep" ? "note" : "error",
        count: tally.count,
        examples: tally.examples,
        value: tally.total === 0 ? null : tally.count / tally.total,
        message:
          tally.count === 0
            ? "no prompt shows its own target"
            : `${tally.count} of ${tally.total} examples show their target in the history`,
      }),
    };
  },
};
