// The audit findings, by name, in the order reports list them.

import { answerInPrompt } from "./answer-in-prompt.ts";
import { duplicates } from "./duplicates.ts";
import { futureInHistory } from "./future-in-history.ts";
import { targetInHistory } from "./target-in-history.ts";
import { truthPosition } from "./truth-position.ts";

export const findings = {
  "target-in-history": targetInHistory,
  "future-in-history": futureInHistory,
  "truth-position": truthPosition,
  duplicates,
  "answer-in-prompt": answerInPrompt,
};

export type FindingName = keyof typeof findings;
