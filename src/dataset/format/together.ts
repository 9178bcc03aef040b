// Formats `together` and `together-dpo`: Together's fine-tuning data (docs.together.ai/docs/fine-tuning-data-preparation).
// A row that matches two of its shapes is refused, so nothing stands beside the messages.

import { checkKeys, checkMessages, checkText } from "./check-shape.ts";
import { writeChat } from "./messages.ts";
import { checkPreference, openaiDpo } from "./openai-dpo.ts";
import type { Format, FormatLimits, Row } from "./types.ts";

const limits: FormatLimits = {
  minRows: 1,
  maxRows: null,
  maxBytes: 100 * 1024 ** 3,
  about: "Together: at least 1 example, at most 100 GB a file",
};

/** The shapes of supervised rows, each by the keys that make it. */
const shapes: Readonly<Record<string, readonly string[]>> = {
  messages: ["messages"],
  "prompt-completion": ["prompt", "completion"],
  text: ["text"],
};
const preference = ["input", "preferred_output", "non_preferred_output"];

function shapesOf(row: Row): string[] {
  return Object.keys(shapes).filter((name) => shapes[name]!.some((key) => Object.hasOwn(row, key)));
}

export const together: Format = {
  name: "together",
  container: "jsonl",
  limits,
  write: writeChat,
  variantOf: (row) => shapesOf(row).join(" and "),
  check(row, report) {
    const found = shapesOf(row);
    if (preference.some((key) => Object.hasOwn(row, key))) found.push("preference");
    if (found.length > 1)
      return report("two-formats", `the row has keys of two shapes: ${found.join(" and ")}`);
    const shape = shapes[found[0] ?? ""] ?? shapes["messages"]!;
    if (!checkKeys(row, shape, report)) return;
    if (shape[0] === "messages")
      checkMessages(row["messages"], "messages", { rule: "conversation", weights: true }, report);
    else for (const key of shape) checkText(row[key], key, report);
  },
};

export const togetherDpo: Format = {
  name: "together-dpo",
  container: "jsonl",
  limits,
  needsAnswers: true,
  write: openaiDpo.write.bind(openaiDpo),
  check(row, report) {
    const found = shapesOf(row);
    if (found.length > 0)
      return report("two-formats", `the row has keys of another shape: ${found.join(" and ")}`);
    checkPreference(row, report, []);
  },
};
