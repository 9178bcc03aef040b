// Format `trl-dpo`: {"prompt", "chosen", "rejected"}, the conversational preference type of TRL's DPOTrainer
// (huggingface.co/docs/trl/dataset_formats).

import { checkKeys, checkMessages } from "./check-shape.ts";
import { answerMessages, plainMessages } from "./messages.ts";
import { writePairs } from "./pairs.ts";
import { noLimits, type Format } from "./types.ts";

export const trlDpo: Format = {
  name: "trl-dpo",
  container: "jsonl",
  limits: noLimits,
  needsAnswers: true,
  write: (example, setting) =>
    writePairs(example, setting, (rejected) => ({
      prompt: plainMessages(example.prompt),
      chosen: plainMessages(example.completion),
      rejected: answerMessages(rejected),
    })),
  check(row, report) {
    if (!checkKeys(row, ["prompt", "chosen", "rejected"], report)) return;
    checkMessages(row["prompt"], "prompt", "prompt", report);
    checkMessages(row["chosen"], "chosen", "completion", report);
    checkMessages(row["rejected"], "rejected", "completion", report);
    if (JSON.stringify(row["chosen"]) === JSON.stringify(row["rejected"]))
      report("no-preference", "chosen and rejected are the same");
  },
};
