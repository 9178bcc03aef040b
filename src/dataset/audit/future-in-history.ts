// Finding: a history row is later than its target. Needs the times of the history rows; examples without are not judged.

import { tallyAudit, type Tally } from "./tally.ts";
import type { Finding } from "./types.ts";

export const futureInHistory: Finding<Tally> = {
  name: "future-in-history",
  about: "the history shows something that happened after the target",
  severity: "error",
  create: () =>
    tallyAudit({
      finds({ example: { time }, historyTimes }) {
        if (time === null || historyTimes === undefined) return null;
        for (let i = 0; i < historyTimes.length; i++) if (historyTimes[i]! > time) return true;
        return false;
      },
      result({ count, total, examples }) {
        const message =
          total === 0
            ? "no times to judge by"
            : count === 0
              ? "no history reaches past its target"
              : `${count} of ${total} examples show rows later than their target`;
        const value = total === 0 ? null : count / total;
        return { severity: count === 0 ? null : "error", count, examples, value, message };
      },
    }),
};
