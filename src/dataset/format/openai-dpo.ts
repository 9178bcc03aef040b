// Format `openai-dpo`: {"input": {"messages"}, "preferred_output", "non_preferred_output"}, as OpenAI's preference
// fine-tuning takes it (platform.openai.com/docs/guides/direct-preference-optimization); Fireworks takes the same.

import { checkKeys, checkMessages } from "./check-shape.ts";
import { answerMessages, plainMessages } from "./messages.ts";
import { checkTools, toolKeys } from "./openai-chat.ts";
import { openaiLimits, openaiProfiles } from "./openai-limits.ts";
import { writePairs } from "./pairs.ts";
import type { Format, Report, Row } from "./types.ts";

export const openaiDpo: Format = {
  name: "openai-dpo",
  container: "jsonl",
  limits: openaiLimits,
  profiles: openaiProfiles,
  needsAnswers: true,
  write: (example, setting) =>
    writePairs(example, setting, (rejected) => ({
      input: { messages: plainMessages(example.prompt) },
      preferred_output: plainMessages(example.completion),
      non_preferred_output: answerMessages(rejected),
    })),
  check: (row, report) => checkPreference(row, report, toolKeys),
};

/** Checks OpenAI's preference row; `inputKeys` may stand beside the input's messages. */
export function checkPreference(row: Row, report: Report, inputKeys: readonly string[]): void {
  const outputs = ["preferred_output", "non_preferred_output"];
  if (!checkKeys(row, ["input", ...outputs], report)) return;
  const input = row["input"];
  if (input === null || typeof input !== "object" || Array.isArray(input))
    return report("input-not-an-object", "input is no object with messages");
  const held = input as Row;
  if (checkKeys(held, ["messages"], report, inputKeys)) {
    const tools = inputKeys.length > 0 && checkTools(held, report);
    checkMessages(held["messages"], "input.messages", { rule: "prompt", tools }, report);
  }
  for (const key of outputs) {
    const output = row[key];
    checkMessages(output, key, "completion", report);
    if (Array.isArray(output) && output.length > 1)
      report("several-outputs", `${key} holds ${output.length} messages; it takes one`);
  }
  if (JSON.stringify(row[outputs[0]!]) === JSON.stringify(row[outputs[1]!]))
    report("no-preference", "both outputs are the same");
}
