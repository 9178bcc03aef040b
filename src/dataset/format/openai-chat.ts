// Format `openai-chat`: {"messages": [system?, user, assistant]}, as OpenAI's supervised fine-tuning takes it
// (platform.openai.com/docs/guides/supervised-fine-tuning) and most hosted services with it.

import type { Message } from "../task/types.ts";
import { checkLine, checkMessages } from "./check-shape.ts";
import type { Format } from "./types.ts";

export const openaiChat: Format = {
  name: "openai-chat",
  extension: ".jsonl",
  limits: {
    minRows: 10,
    maxBytes: 512 * 1024 * 1024,
    about: "OpenAI: at least 10 examples, at most 512 MB a file",
  },
  write: (example) =>
    JSON.stringify({ messages: [...example.prompt, ...example.completion].map(plainMessage) }),
  validate: (line, lineNumber) =>
    checkLine(line, lineNumber, ["messages"], (row, report) =>
      checkMessages(row["messages"], "messages", "conversation", report),
    ),
};

/** A message with its two keys in wire order. */
export function plainMessage(message: Message): Message {
  return { role: message.role, content: message.content };
}
