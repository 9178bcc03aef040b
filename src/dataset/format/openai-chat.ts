// Format `openai-chat`: {"messages": [system?, user, assistant]}, as OpenAI's supervised fine-tuning takes it
// (platform.openai.com/docs/guides/supervised-fine-tuning) and most hosted services with it.

import { checkKeys, checkMessages } from "./check-shape.ts";
import { writeChat } from "./messages.ts";
import { openaiLimits, openaiProfiles } from "./openai-limits.ts";
import type { Format, Report, Row } from "./types.ts";

export const openaiChat: Format = {
  name: "openai-chat",
  container: "jsonl",
  limits: openaiLimits,
  profiles: openaiProfiles,
  write: writeChat,
  check(row, report) {
    if (!checkKeys(row, ["messages"], report, toolKeys)) return;
    const tools = checkTools(row, report);
    checkMessages(
      row["messages"],
      "messages",
      { rule: "conversation", weights: true, tools },
      report,
    );
  },
};

/** Keys beside the messages that OpenAI's shapes allow. */
export const toolKeys = ["tools", "parallel_tool_calls"];

/** Whether a row brings tools; reports tools that are no list of functions, and a flag without them. */
export function checkTools(row: Row, report: Report): boolean {
  const { tools, parallel_tool_calls: parallel } = row;
  if (parallel !== undefined && typeof parallel !== "boolean")
    report("flag-not-boolean", "parallel_tool_calls is neither true nor false");
  if (tools === undefined) {
    if (parallel !== undefined) report("no-tools", "parallel_tool_calls stands without tools");
    return false;
  }
  const isSound =
    Array.isArray(tools) &&
    tools.every((tool: unknown) => {
      const held = tool as { type?: unknown; function?: { name?: unknown } } | null;
      return held?.type === "function" && typeof held.function?.name === "string";
    });
  if (!isSound) report("tools-not-functions", "tools is no list of functions with a name");
  return isSound && tools.length > 0;
}
