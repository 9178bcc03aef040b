// The flags --max-tokens and --tokenizer of audit, inspect and validate.

import { resolve } from "node:path";
import { UsageError } from "../base/errors.ts";
import { openTokenizer, roughCounter, type TokenCounter } from "../base/token/count-tokens.ts";
import { textOption, type Call } from "./command.ts";

/** The counter of --tokenizer; without it four bytes are a token. @throws UsageError for a file that is none. */
export async function counterOf(call: Call): Promise<TokenCounter> {
  const tokenizer = textOption(call, "tokenizer");
  return tokenizer === undefined
    ? roughCounter
    : openTokenizer(resolve(call.context.cwd, tokenizer));
}

/** The limit of --max-tokens with its counter, or undefined. @throws UsageError for a tokenizer without a limit. */
export async function tokenLimitOf(
  call: Call,
): Promise<{ counter: TokenCounter; max: number } | undefined> {
  const max = call.options["maxTokens"];
  if (typeof max === "number") return { counter: await counterOf(call), max };
  if (textOption(call, "tokenizer") === undefined) return undefined;
  throw new UsageError("--tokenizer counts for --max-tokens", {
    code: "flag-value",
    where: "--tokenizer",
    next: "Say how long a text may be: --max-tokens N",
  });
}
