// Checks shared by the formats: the keys of a row, texts with something in them, and sound lists of chat messages.

import type { Report, Row } from "./types.ts";

/** Checks that a row has all of `required` and nothing beyond `optional`; false when one is missing. */
export function checkKeys(
  row: Row,
  required: readonly string[],
  report: Report,
  optional: readonly string[] = [],
): boolean {
  const missing = required.filter((key) => !Object.hasOwn(row, key));
  for (const key of missing) report("missing-key", `the key "${key}" is missing`);
  for (const key of Object.keys(row)) {
    if (!required.includes(key) && !optional.includes(key))
      report("extra-key", `unexpected key ${JSON.stringify(key)}`);
  }
  return missing.length === 0;
}

/** Checks that a value is text with something in it. */
export function checkText(value: unknown, name: string, report: Report): void {
  if (typeof value !== "string") report("content-not-text", `${name} is no text`);
  else if (value.trim() === "") report("empty-content", `${name} is empty`);
}

/** Checks that a value is text, which may be empty. */
export function checkString(value: unknown, name: string, report: Report): void {
  if (typeof value !== "string") report("content-not-text", `${name} is no text`);
}

/** Which role may stand at a place of a message list. */
export type RoleRule = "prompt" | "completion" | "conversation";

export type MessageRule = {
  rule: RoleRule;
  /** Whether the assistant's messages may carry `weight` 0 or 1. */
  weights?: boolean;
  /** Whether messages may call tools and answer for them; the order of turns is then the tools' affair. */
  tools?: boolean;
};

/**
 * Checks a list of {role, content}. conversation: an optional system, then user and assistant in turn, assistant last;
 * prompt: the same but ending with user; completion: assistant only.
 */
export function checkMessages(
  value: unknown,
  name: string,
  given: RoleRule | MessageRule,
  report: Report,
): void {
  const rule = typeof given === "string" ? { rule: given } : given;
  if (!Array.isArray(value)) return report("not-a-list", `${name} is no list of messages`);
  if (value.length === 0) return report("no-messages", `${name} is empty`);
  const roles: string[] = [];
  let weightsSeen = 0;
  let weightsOn = 0;
  value.forEach((message: unknown, i) => {
    const at = `${name}[${i}]`;
    if (message === null || typeof message !== "object" || Array.isArray(message))
      return report("message-not-an-object", `${at} is no object`);
    const held = message as Row;
    const role = checkMessage(held, at, rule, report);
    if (role === null) return;
    roles.push(role);
    if (role !== "assistant") return;
    weightsSeen++;
    if (held["weight"] !== 0) weightsOn++;
  });
  if (roles.length !== value.length) return;
  checkRoles(roles, name, rule, report);
  if (weightsSeen > 0 && weightsOn === 0)
    report("nothing-to-learn", `${name} gives every answer the weight 0`);
}

function checkMessage(
  { role, content, ...rest }: Row,
  at: string,
  { weights, tools }: MessageRule,
  report: Report,
): string | null {
  const known = ["system", "user", "assistant", ...(tools ? ["tool"] : [])];
  if (typeof role !== "string" || !known.includes(role)) {
    report("unknown-role", `${at} has the role ${JSON.stringify(role) ?? "undefined"}`);
    return null;
  }
  const mayCall = tools === true && role === "assistant";
  for (const [key, value] of Object.entries(rest)) {
    if (key === "weight" && weights && role === "assistant") {
      if (value !== 0 && value !== 1)
        report("weight-not-0-or-1", `${at}.weight is ${JSON.stringify(value)}, not 0 or 1`);
    } else if (key === "tool_calls" && mayCall) {
      if (!Array.isArray(value) || value.length === 0)
        report("tool-calls-not-a-list", `${at}.tool_calls is no list of calls`);
    } else if (!(key === "tool_call_id" && tools && role === "tool")) {
      report("extra-key", `unexpected key ${JSON.stringify(key)} in ${at}`);
    }
  }
  if (role === "tool" && typeof rest["tool_call_id"] !== "string")
    report("missing-key", `the key "tool_call_id" is missing in ${at}`);
  if (!(mayCall && rest["tool_calls"] !== undefined && (content ?? null) === null))
    checkText(content, `${at}.content`, report);
  return role;
}

function checkRoles(
  roles: readonly string[],
  name: string,
  { rule, tools }: MessageRule,
  report: Report,
): void {
  const last = rule === "prompt" ? "user" : "assistant";
  if (roles.at(-1) !== last && !(tools && rule === "prompt" && roles.at(-1) === "tool"))
    report("last-role", `${name} ends with ${roles.at(-1)!}; the last message must be ${last}`);
  if (tools && roles.includes("tool")) return;
  const turns = roles[0] === "system" && rule !== "completion" ? roles.slice(1) : roles;
  const first = rule === "completion" ? "assistant" : "user";
  const other = first === "user" ? "assistant" : "user";
  const wrong = turns.findIndex((role, i) => role !== (i % 2 === 0 ? first : other));
  if (wrong >= 0) {
    const order = rule === "completion" ? "assistant first" : "system?, user, assistant in turn";
    report("role-order", `${name} has ${turns[wrong]!} out of turn; the order is ${order}`);
  }
}
