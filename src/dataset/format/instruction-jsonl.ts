// Format `instruction-jsonl`: {"instruction", "response"}, the plainest shape; the system message opens the instruction.

import { checkKeys, checkText } from "./check-shape.ts";
import { answerText } from "./messages.ts";
import { noLimits, type Format } from "./types.ts";

export const instructionJsonl: Format = {
  name: "instruction-jsonl",
  container: "jsonl",
  limits: noLimits,
  write: (example) => {
    const instruction = example.prompt.map((message) => message.content).join("\n\n");
    return { rows: [{ instruction, response: answerText(example) }] };
  },
  check(row, report) {
    if (!checkKeys(row, ["instruction", "response"], report)) return;
    checkText(row["instruction"], "instruction", report);
    checkText(row["response"], "response", report);
  },
};
