// Checks shared by the formats: a line is a JSON object with exactly these keys, and lists of chat messages are sound.

import type { FormatFinding } from "./types.ts";

type Report = (code: string, message: string) => void;

/** Parses a line and runs `check` on its object; every complaint carries the line number. */
export function checkLine(
  line: string,
  lineNumber: number,
  keys: readonly string[],
  check: (row: Record<string, unknown>, report: Report) => void,
): FormatFinding[] {
  const found: FormatFinding[] = [];
  const report: Report = (code, message) => {
    found.push({ line: lineNumber, code, severity: "error", message });
  };
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (error) {
    report("not-json", `not JSON: ${(error as Error).message}`);
    return found;
  }
  if (row === null || typeof row !== "object" || Array.isArray(row)) {
    report("not-an-object", "the line is no JSON object");
    return found;
  }
  const fields = row as Record<string, unknown>;
  for (const key of keys) {
    if (!Object.hasOwn(fields, key)) report("missing-key", `the key "${key}" is missing`);
  }
  for (const key of Object.keys(fields)) {
    if (!keys.includes(key)) report("extra-key", `unexpected key ${JSON.stringify(key)}`);
  }
  if (found.every((finding) => finding.code !== "missing-key")) check(fields, report);
  return found;
}

/** Checks that a value is text with something in it. */
export function checkText(value: unknown, name: string, report: Report): void {
  if (typeof value !== "string") report("content-not-text", `${name} is no text`);
  else if (value.trim() === "") report("empty-content", `${name} is empty`);
}

/** Which role may stand at a place of a message list. */
export type RoleRule = "prompt" | "completion" | "conversation";

/**
 * Checks a list of {role, content}. conversation: an optional system, then user and assistant in turn, assistant last;
 * prompt: the same but ending with user; completion: assistant only.
 */
export function checkMessages(value: unknown, name: string, rule: RoleRule, report: Report): void {
  if (!Array.isArray(value)) return report("not-a-list", `${name} is no list of messages`);
  if (value.length === 0) return report("no-messages", `${name} is empty`);
  const roles: string[] = [];
  value.forEach((message: unknown, i) => {
    const at = `${name}[${i}]`;
    if (message === null || typeof message !== "object" || Array.isArray(message)) {
      return report("message-not-an-object", `${at} is no object`);
    }
    const { role, content, ...rest } = message as Record<string, unknown>;
    for (const key of Object.keys(rest)) {
      report("extra-key", `unexpected key ${JSON.stringify(key)} in ${at}`);
    }
    if (role !== "system" && role !== "user" && role !== "assistant") {
      return report("unknown-role", `${at} has the role ${JSON.stringify(role) ?? "undefined"}`);
    }
    roles.push(role);
    checkText(content, `${at}.content`, report);
  });
  if (roles.length === value.length) checkRoles(roles, name, rule, report);
}

function checkRoles(roles: readonly string[], name: string, rule: RoleRule, report: Report): void {
  const last = rule === "prompt" ? "user" : "assistant";
  if (roles.at(-1) !== last) {
    report("last-role", `${name} ends with ${roles.at(-1)!}; the last message must be ${last}`);
  }
  const turns = roles[0] === "system" && rule !== "completion" ? roles.slice(1) : roles;
  const first = rule === "completion" ? "assistant" : "user";
  const other = first === "user" ? "assistant" : "user";
  const wrong = turns.findIndex((role, i) => role !== (i % 2 === 0 ? first : other));
  if (wrong >= 0) {
    const order = rule === "completion" ? "assistant first" : "system?, user, assistant in turn";
    report("role-order", `${name} has ${turns[wrong]!} out of turn; the order is ${order}`);
  }
}
