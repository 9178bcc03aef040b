// The audit findings, by name, in the order reports list them: the leaks, then the shape of the data, then its texts.

import { answerInPrompt } from "./answer-in-prompt.ts";
import { candidatePopularity } from "./candidate-popularity.ts";
import { duplicates } from "./duplicates.ts";
import { futureInHistory } from "./future-in-history.ts";
import { historyOrder } from "./history-order.ts";
import { idOrder } from "./id-order.ts";
import { labelFromPrior } from "./label-from-prior.ts";
import { labelFromPrompt } from "./label-from-prompt.ts";
import { nearDuplicates } from "./near-duplicates.ts";
import { pii } from "./pii.ts";
import { splitOverlap } from "./split-overlap.ts";
import { targetInHistory } from "./target-in-history.ts";
import { targetInPrompt } from "./target-in-prompt.ts";
import { trainAfterTest } from "./train-after-test.ts";
import { truncation } from "./truncation.ts";
import { truthPosition } from "./truth-position.ts";
import { userTextFromTarget } from "./user-text-from-target.ts";
import { usersPerSplit } from "./users-per-split.ts";

export const findings = {
  "target-in-history": targetInHistory,
  "future-in-history": futureInHistory,
  "train-after-test": trainAfterTest,
  "split-overlap": splitOverlap,
  "truth-position": truthPosition,
  duplicates,
  "near-duplicates": nearDuplicates,
  "answer-in-prompt": answerInPrompt,
  "target-in-prompt": targetInPrompt,
  "user-text-from-target": userTextFromTarget,
  "id-order": idOrder,
  "label-from-prompt": labelFromPrompt,
  "label-from-prior": labelFromPrior,
  "history-order": historyOrder,
  "users-per-split": usersPerSplit,
  "candidate-popularity": candidatePopularity,
  truncation,
  pii,
};

export type FindingName = keyof typeof findings;
