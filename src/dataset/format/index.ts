// The formats, by name.

import { instructionJsonl } from "./instruction-jsonl.ts";
import { openaiChat } from "./openai-chat.ts";
import { trlSft } from "./trl-sft.ts";
import type { Format } from "./types.ts";

export const formats = {
  "instruction-jsonl": instructionJsonl,
  "openai-chat": openaiChat,
  "trl-sft": trlSft,
} satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;
