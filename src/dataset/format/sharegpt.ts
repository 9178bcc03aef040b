// Format `sharegpt`: {"conversations": [{"from": "system"|"human"|"gpt", "value"}]}, as LLaMA-Factory and Axolotl read
// it: after an optional system, human and gpt in turn.

import { checkKeys, checkMessages, checkString } from "./check-shape.ts";
import { noLimits, type Format, type Row } from "./types.ts";

const fromOf = { system: "system", user: "human", assistant: "gpt" } as const;
const roleOf = new Map<unknown, string>(Object.entries(fromOf).map(([role, from]) => [from, role]));

export const sharegpt: Format = {
  name: "sharegpt",
  container: "jsonl",
  limits: noLimits,
  write: (example) => ({
    rows: [
      {
        conversations: [...example.prompt, ...example.completion].map(({ role, content }) => ({
          from: fromOf[role],
          value: content,
        })),
      },
    ],
  }),
  check(row, report) {
    if (!checkKeys(row, ["conversations"], report, ["system"])) return;
    if (Object.hasOwn(row, "system")) checkString(row["system"], "system", report);
    const turns = row["conversations"];
    // The chat's rules hold; only its words differ.
    const messages: unknown = Array.isArray(turns)
      ? turns.map((turn: unknown) => (isObject(turn) ? messageOf(turn) : turn))
      : turns;
    checkMessages(messages, "conversations", "conversation", report);
  },
};

function messageOf({ from, value, ...rest }: Row): Row {
  return { role: roleOf.get(from) ?? `from ${JSON.stringify(from)}`, content: value, ...rest };
}

function isObject(value: unknown): value is Row {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
