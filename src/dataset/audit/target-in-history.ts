// Finding: the item that is asked for stands in the history that is shown.

import { tallyAudit, type Tally } from "./tally.ts";
import type { Finding } from "./types.ts";

export const targetInHistory: Finding<Tally> = {
  name: "target-in-history",
  about: "the item asked for stands in the history that the prompt shows",
  severity: "error",
  create: ({ repeats }) =>
    tallyAudit({
      finds: ({ example, built }) =>
        built ? built.history.includes(built.item) : example.history.includes(example.item),
      result: (tally) => ({
        severity: tally.count === 0 ? null : repeats === "keep" ? "note" : "error",
        count: tally.count,
        examples: tally.examples,
        value: tally.total === 0 ? null : tally.count / tally.total,
        message:
          tally.count === 0
            ? "no prompt shows its own target"
            : `${tally.count} of ${tally.total} examples show their target in the history`,
      }),
    }),
};
