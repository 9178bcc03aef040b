// Format `instruction-jsonl`: {"instruction", "response"}, the plainest shape; the system message opens the instruction.

import { checkLine, checkText } from "./check-shape.ts";
import type { Format } from "./types.ts";

export const instructionJsonl: Format = {
  name: "instruction-jsonl",
  extension: ".jsonl",
  limits: { minRows: null, maxBytes: null, about: "no limit of its own" },
  write(example) {
    const instruction = example.prompt.map((message) => message.content).join("\n\n");
    const response = example.completion.map((message) => message.content).join("\n\n");
    return JSON.stringify({ instruction, response });
  },
  validate: (line, lineNumber) =>
    checkLine(line, lineNumber, ["instruction", "response"], (row, report) => {
      checkText(row["instruction"], "instruction", report);
      checkText(row["response"], "response", report);
    }),
};
