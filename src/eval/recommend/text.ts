// Text of a log or of a person inside a prompt: one line, and free of what chat templates and prompt formats read as a
// turn or a block. Chat messages are structured, but a server may still read special tokens in their content.

import { neutraliseTokens } from "../model/special-tokens.ts";

/**
 * The text on one line, without control and direction characters; special tokens lose their brackets, headings of
 * instruction formats ("### Response:") their marks, and a role at the start ("Assistant:") their colon.
 */
export function safeText(text: string): string {
  const visible = text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    // Characters that are not seen could hide a token from this function.
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu, "")
    .replace(/\s{2,}/gu, " ")
    .trim();
  return neutraliseTokens(visible)
    .replace(/#{2,}/gu, "#")
    .replace(/^(system|user|assistant|human)\s*[:：]/iu, "$1 -")
    .replace(/[<|｜]{2,}|[|｜]>/gu, (marks) => "¦".repeat(marks.length));
}
