// The chat completion on the wire: the request as OpenAI's API takes it, the answer as that API and the compatible
// servers give it, and the parameters that one server or another does not know.

import { z } from "zod";
import type { Message } from "../../dataset/task/types.ts";
import { CallFailure, failureOfAnswer, type Failure } from "./failure.ts";

export type ChatBody = {
  model: string;
  messages: Message[];
  max_tokens?: number;
  max_completion_tokens?: number;
  temperature?: number;
  /** A number in the dialect of servers that know no top_logprobs. */
  logprobs?: boolean | number;
  top_logprobs?: number;
  response_format?: { type: "json_schema"; json_schema: JsonSchemaFormat };
};
type JsonSchemaFormat = { name: string; strict: boolean; schema: Record<string, unknown> };

/** Sends one request and gives the parsed JSON of its answer. @throws CallFailure. */
export type SendChat = (body: ChatBody, signal: AbortSignal) => Promise<unknown>;

/** One token of an answer, with the most likely tokens at its place. */
export type TokenChoice = {
  token: string;
  logprob: number;
  top: { token: string; logprob: number }[];
};

export type ChatAnswer = {
  text: string;
  finish: "stop" | "length" | "refused";
  /** Null where the server gives none. */
  usage: { tokensIn: number; tokensOut: number } | null;
  /** Null where the server gives none. */
  tokens: TokenChoice[] | null;
};

const tokenShape = z.object({ token: z.string(), logprob: z.number() });
const logprobsShape = z.object({
  content: z.array(tokenShape.extend({ top_logprobs: z.array(tokenShape).nullish() })).nullish(),
});
const tokenMap = z.record(z.string(), z.number());
/** As OpenAI's completions had them, and Together's chat has them. */
const columnsShape = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number()),
  top_logprobs: z.union([z.array(tokenMap.nullable()), tokenMap]).nullish(),
});
const answerShape = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
        finish_reason: z.string().nullish(),
        // Numbers in no known shape are left, not the answer that they come with.
        logprobs: z.union([columnsShape, logprobsShape]).nullish().catch(null),
      }),
    )
    .min(1),
  usage: z
    .object({ prompt_tokens: z.number(), completion_tokens: z.number().default(0) })
    .nullish()
    .catch(null),
});

/** Reads an answer. @throws CallFailure where it has not the shape of a chat completion. */
export function readChatAnswer(body: unknown): ChatAnswer {
  const parsed = answerShape.safeParse(body);
  if (!parsed.success) throw new CallFailure(failureOfAnswer("the answer is no chat completion"));
  const { message, finish_reason: finish, logprobs } = parsed.data.choices[0]!;
  const { usage } = parsed.data;
  const tokens = readTokens(logprobs ?? null);
  const isRefused = finish === "content_filter" || (message.refusal ?? "") !== "";
  return {
    text: message.content || message.refusal || "",
    finish: isRefused ? "refused" : finish === "length" ? "length" : "stop",
    usage: usage ? { tokensIn: usage.prompt_tokens, tokensOut: usage.completion_tokens } : null,
    tokens: tokens.length === 0 ? null : tokens,
  };
}

function readTokens(
  logprobs: z.infer<typeof columnsShape> | z.infer<typeof logprobsShape> | null,
): TokenChoice[] {
  if (logprobs === null) return [];
  if (!("tokens" in logprobs)) {
    const content = logprobs.content ?? [];
    return content.map(({ top_logprobs: top, ...token }) => ({ ...token, top: top ?? [] }));
  }
  const { tokens, token_logprobs: numbers, top_logprobs: tops } = logprobs;
  return tokens.flatMap((token, i) => {
    const logprob = numbers[i];
    // One map alone stands for the first place.
    const top = Array.isArray(tops) ? tops[i] : i === 0 ? tops : null;
    const listed = Object.entries(top ?? {}).map(([other, held]) => ({
      token: other,
      logprob: held,
    }));
    return logprob === undefined ? [] : [{ token, logprob, top: listed }];
  });
}

/** How requests are changed for a server that refuses a parameter. */
export type Dialect = {
  limitKey: "max_tokens" | "max_completion_tokens";
  /** `pair`: {logprobs: true, top_logprobs: k}, OpenAI's; `number`: {logprobs: k}, Together's. */
  logprobs: "pair" | "number";
  dropped: Set<"temperature" | "logprobs" | "response_format">;
};

/** The body in a server's dialect. */
export function inDialect(
  { max_tokens: most, ...body }: ChatBody,
  { limitKey, logprobs, dropped }: Dialect,
): ChatBody {
  const spoken: ChatBody = { ...body, ...(most === undefined ? {} : { [limitKey]: most }) };
  if (logprobs === "number" && spoken.top_logprobs !== undefined) {
    spoken.logprobs = spoken.top_logprobs;
    delete spoken.top_logprobs;
  }
  for (const name of dropped) delete spoken[name];
  if (dropped.has("logprobs")) delete spoken.top_logprobs;
  return spoken;
}

/**
 * Learns from a refusal of a parameter of `sent`: true where the same request may be sent again in the changed dialect.
 * The refusal names the parameter (`Unsupported parameter: 'max_tokens'`), whatever else it says.
 */
export function learnDialect(dialect: Dialect, failure: Failure, sent: ChatBody): boolean {
  if (!/^http-4(00|22)/.test(failure.kind)) return false;
  const names = (word: string): boolean => failure.message.includes(word);
  const isUnknown = /unsupported|not supported|unrecognized|unknown|extra/i.test(failure.message);
  if (names("logprobs") && sent.logprobs !== undefined) {
    if (sent.logprobs === true && !isUnknown) dialect.logprobs = "number";
    else dialect.dropped.add("logprobs");
    return true;
  }
  for (const name of ["temperature", "response_format"] as const) {
    if (!names(name) || sent[name] === undefined) continue;
    dialect.dropped.add(name);
    return true;
  }
  const used = sent.max_tokens === undefined ? "max_completion_tokens" : "max_tokens";
  if (!names("max_tokens") && !names("max_completion_tokens")) return false;
  // Both are named where one should stand for the other; where the prompt is too long, that is the message.
  if (names("context") || !isUnknown) return false;
  dialect.limitKey = used === "max_tokens" ? "max_completion_tokens" : "max_tokens";
  return true;
}
