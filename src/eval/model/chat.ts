// Completions on the wire, chat and plain: the request as OpenAI's API takes it, the answer as that API and the compatible
// servers give it.

import { z } from "zod";
import type { Message } from "../../dataset/task/types.ts";
import { CallFailure, failureOfAnswer } from "./failure.ts";

type Parameters = {
  model: string;
  max_tokens?: number;
  max_completion_tokens?: number;
  temperature?: number;
  /** A number in the dialect of servers that know no top_logprobs. */
  logprobs?: boolean | number;
  top_logprobs?: number;
  stop?: string[];
  stream?: true;
  stream_options?: { include_usage: true };
  response_format?: JsonFormat | { type: "json_object" };
};
type JsonFormat = {
  type: "json_schema";
  json_schema: { name: string; strict: boolean; schema: JsonSchema };
};
export type JsonSchema = Record<string, unknown>;

/** What is asked, before it is said in a server's dialect. */
export type ChatBody = Parameters & { messages: Message[] };
/** What is sent: with a `prompt`, to the endpoint of plain completions. */
export type WireBody = Parameters & ({ messages: Message[] } | { prompt: string });

/**
 * Sends one request and gives the parsed JSON of its answer, put together where it was streamed; `onToken` is called at
 * the first piece of text, and later ones. @throws CallFailure.
 */
export type SendChat = (
  body: WireBody,
  signal: AbortSignal,
  onToken: () => void,
) => Promise<unknown>;

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
      z
        .object({
          message: z
            .object({ content: z.string().nullish(), refusal: z.string().nullish() })
            .optional(),
          text: z.string().optional(),
          finish_reason: z.string().nullish(),
          // Numbers in no known shape are left, not the answer that they come with.
          logprobs: z.union([columnsShape, logprobsShape]).nullish().catch(null),
        })
        .refine(({ message, text }) => message !== undefined || text !== undefined),
    )
    .min(1),
  usage: z
    .object({ prompt_tokens: z.number(), completion_tokens: z.number().default(0) })
    .nullish()
    .catch(null),
});

/** Reads an answer. @throws CallFailure where it has not the shape of a completion. */
export function readChatAnswer(body: unknown): ChatAnswer {
  const parsed = answerShape.safeParse(body);
  if (!parsed.success) throw new CallFailure(failureOfAnswer("the answer is no chat completion"));
  const { message = {}, text, finish_reason: finish, logprobs } = parsed.data.choices[0]!;
  const { usage } = parsed.data;
  const tokens = readTokens(logprobs ?? null);
  const isRefused = finish === "content_filter" || (message.refusal ?? "") !== "";
  return {
    text: text ?? (message.content || message.refusal || ""),
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
