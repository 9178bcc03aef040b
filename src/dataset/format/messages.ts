// An example's texts as the formats take them: messages in wire order, or one question and one answer.

import type { Example, Message } from "../task/types.ts";
import type { Written } from "./types.ts";

/** Messages with their two keys in wire order. */
export function plainMessages(messages: readonly Message[]): Message[] {
  return messages.map(({ role, content }) => ({ role, content }));
}

/** One row {"messages"} of the whole conversation. */
export function writeChat(example: Example): Written {
  return { rows: [{ messages: plainMessages([...example.prompt, ...example.completion]) }] };
}

/** An answer as a list of one message. */
export function answerMessages(content: string): Message[] {
  return [{ role: "assistant", content }];
}

/** The example's own answer. */
export function answerText(example: Example): string {
  return example.completion.map((message) => message.content).join("\n\n");
}

/** The system message, null without one, and the rest of the prompt. */
export function splitSystem(example: Example): { system: string | null; user: string } {
  const [first, ...rest] = example.prompt;
  const system = first?.role === "system" ? first.content : null;
  const turns = system === null ? example.prompt : rest;
  return { system, user: turns.map((message) => message.content).join("\n\n") };
}
