// One record of a trainer's file as messages before the answer, and the answer. The shapes: Stanford Alpaca
// (instruction, input, output), OpenAI chat (messages), ShareGPT (conversations), TRL (prompt, completion).

import { DataError } from "../base/errors.ts";
import type { Message } from "./template/wording.ts";

export const foreignFormats = ["alpaca", "openai-chat", "sharegpt", "trl-sft"] as const;
export type ForeignFormat = (typeof foreignFormats)[number];
export type ForeignRow = { prompt: Message[]; completion: Message[] };

const roles: Readonly<Record<string, Message["role"]>> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  assistant: "assistant",
  gpt: "assistant",
};

const shapes: Record<ForeignFormat, { about: string; read(row: Row): ForeignRow | null }> = {
  alpaca: {
    about: 'texts "instruction", "input" (may be missing) and "output"',
    read({ instruction, input = "", output }) {
      if (typeof instruction !== "string" || typeof input !== "string") return null;
      if (typeof output !== "string") return null;
      const asked = [instruction, input].filter((text) => text !== "").join("\n");
      return {
        prompt: [{ role: "user", content: asked }],
        completion: [{ role: "assistant", content: output }],
      };
    },
  },
  "openai-chat": {
    about: '"messages" of role and content that end with the assistant',
    read: ({ messages }) => splitAnswer(readMessages(messages, "role", "content")),
  },
  sharegpt: {
    about: '"conversations" of from and value that end with gpt',
    read: ({ conversations, system }) => {
      const turns = readMessages(conversations, "from", "value");
      if (turns && typeof system === "string" && system !== "")
        turns.unshift({ role: "system", content: system });
      return splitAnswer(turns);
    },
  },
  "trl-sft": {
    about: '"prompt" and "completion", texts or messages, or "messages"',
    read({ prompt, completion, messages }) {
      if (messages !== undefined) return splitAnswer(readMessages(messages, "role", "content"));
      const asked = readSide(prompt, "user");
      const answer = readSide(completion, "assistant");
      return asked && answer ? { prompt: asked, completion: answer } : null;
    },
  },
};

type Row = Record<string, unknown>;

/** @throws DataError at `where` for a record that does not have the shape of `format`. */
export function readForeignRow(
  document: unknown,
  format: ForeignFormat,
  where: string,
): ForeignRow {
  const shape = shapes[format];
  const isRecord = typeof document === "object" && document !== null && !Array.isArray(document);
  const row = isRecord ? shape.read(document as Row) : null;
  if (row) return row;
  throw new DataError(`the record is not ${format}: it needs ${shape.about}`, {
    code: "foreign-malformed",
    where,
    next: `Another shape is named with --as ${foreignFormats.join("|")}.`,
  });
}

function readSide(value: unknown, role: Message["role"]): Message[] | null {
  if (typeof value === "string") return [{ role, content: value }];
  const messages = readMessages(value, "role", "content");
  return messages?.length ? messages : null;
}

function readMessages(value: unknown, roleKey: string, textKey: string): Message[] | null {
  if (!Array.isArray(value)) return null;
  const messages: Message[] = [];
  for (const held of value as (Row | null)[]) {
    const role = roles[String(held?.[roleKey])];
    const content = held?.[textKey];
    if (role === undefined || typeof content !== "string") return null;
    messages.push({ role, content });
  }
  return messages;
}

/** The last message is the answer. */
function splitAnswer(messages: Message[] | null): ForeignRow | null {
  if (!messages || messages.length < 2 || messages.at(-1)!.role !== "assistant") return null;
  return { prompt: messages.slice(0, -1), completion: messages.slice(-1) };
}
