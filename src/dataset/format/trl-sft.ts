// Format `trl-sft`: {"prompt": [messages], "completion": [messages]}, the conversational prompt-completion type of
// TRL's SFTTrainer (huggingface.co/docs/trl/dataset_formats); loss falls on the completion only.

import { checkKeys, checkMessages } from "./check-shape.ts";
import { plainMessages } from "./messages.ts";
import { noLimits, type Format } from "./types.ts";

export const trlSft: Format = {
  name: "trl-sft",
  container: "jsonl",
  limits: noLimits,
  write: (example) => ({
    rows: [
      { prompt: plainMessages(example.prompt), completion: plainMessages(example.completion) },
    ],
  }),
  check(row, report) {
    if (!checkKeys(row, ["prompt", "completion"], report)) return;
    checkMessages(row["prompt"], "prompt", "prompt", report);
    checkMessages(row["completion"], "completion", "completion", report);
  },
};
