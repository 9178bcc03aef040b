// Format `trl-sft`: {"prompt": [messages], "completion": [messages]}, the conversational prompt-completion type of
// TRL's SFTTrainer (huggingface.co/docs/trl/dataset_formats); loss falls on the completion only.

import { checkLine, checkMessages } from "./check-shape.ts";
import { plainMessage } from "./openai-chat.ts";
import type { Format } from "./types.ts";

export const trlSft: Format = {
  name: "trl-sft",
  extension: ".jsonl",
  limits: { minRows: null, maxBytes: null, about: "no limit of its own" },
  write: (example) =>
    JSON.stringify({
      prompt: example.prompt.map(plainMessage),
      completion: example.completion.map(plainMessage),
    }),
  validate: (line, lineNumber) =>
    checkLine(line, lineNumber, ["prompt", "completion"], (row, report) => {
      checkMessages(row["prompt"], "prompt", "prompt", report);
      checkMessages(row["completion"], "completion", "completion", report);
    }),
};
