// A model behind a server that speaks OpenAI's completions, chat or plain. It writes its answers; where choices are asked and the
// server shows its likely tokens, they are scored by those. Every request goes through call.ts.

import type { Context } from "../../base/logger.ts";
import { hashOf } from "../../base/ids.ts";
import type { Message } from "../../dataset/task/types.ts";
import { makeCaller, type CallOptions, type CallResult } from "./call.ts";
import type { ChatBody, JsonSchema } from "./chat.ts";
import { inDialect, learnDialect, makeDialect, type Dialect } from "./dialect.ts";
import type { Failure } from "./failure.ts";
import { scoreChoices } from "./score-choices.ts";
import type { Price, RequestSettings } from "./settings.ts";
import { neutraliseTokens } from "./special-tokens.ts";
import type { Choice, Completion, Model } from "./types.ts";

export type HostedContext = Pick<Context, "fetch" | "env" | "now" | "signal" | "log">;

export type HostedOptions = {
  /** As predictions name it. */
  name: string;
  /** As the server names it. */
  model: string;
  limitKey: Dialect["limitKey"];
  request: RequestSettings;
  price: Price | null;
  call: CallOptions;
};

/** Alternatives asked for at each place of an answer; the most that OpenAI's API gives. */
const topLogprobs = 20;

/** The model, ready to be asked. */
export function makeHostedModel(options: HostedOptions): Model {
  const { request } = options;
  const { hide } = options.call;
  const caller = makeCaller(options.call);
  const dialect: Dialect = makeDialect(request.api, options.limitKey);

  async function ask(
    messages: Message[],
    choices: string[] | null,
    schema: JsonSchema | null,
  ): Promise<Written> {
    const plain = bodyOf(options, messages, choices, schema);
    const result = await caller.call({
      body: () => inDialect(plain, dialect),
      mostUsd: boundUsd(plain, request.maxTokens, options.price),
      costOf: ({ usage }) => costUsd(usage ?? boundTokens(plain, request.maxTokens), options.price),
      adapt: (failure, sent) => learnDialect(dialect, failure, sent),
      key: hashOf(messages),
    });
    return { result, completion: complete(result, plain, options) };
  }

  async function chooseOne(
    messages: Message[],
    given: string[],
    schema: JsonSchema | null,
  ): Promise<Choice> {
    // As the prompt has them.
    const choices = given.map(neutraliseTokens);
    const { result, completion } = await ask(messages, choices, schema);
    const { text: _text, finish: _finish, tokensOut: _tokensOut, ...used } = completion;
    const none = new Float64Array(choices.length).fill(Number.NaN);
    const tokens = isAnswer(completion) ? (result.answer?.tokens ?? null) : null;
    const scored = tokens === null ? null : scoreChoices(choices, tokens);
    if (scored !== null) {
      const { outside, k, floor } = scored;
      const note = `${outside} of ${choices.length} choices outside the top ${k}, at the floor ${floor.toFixed(3)}`;
      return {
        ...used,
        ...noteOf(outside > 0 ? note : undefined, used.note),
        logprobs: scored.logprobs,
        written: completion,
      };
    }
    const read =
      request.answer === "json" && schema === null ? readStructured(completion) : completion;
    const written = { ...read, text: given[choices.indexOf(read.text.trim())] ?? read.text };
    const why = tokens === null ? "no log-probabilities given" : "the answer begins like no choice";
    const isAsked = request.answer === "auto" && schema === null && isAnswer(completion);
    const noted = {
      ...written,
      ...noteOf(isAsked ? `${why}; read as text` : undefined, used.note),
    };
    return { ...used, logprobs: none, written: noted };
  }

  return {
    name: options.name,
    // Twice the requests under way, so that answers can go to disk while others are awaited.
    caps: { batch: 1, calls: request.concurrency * 2 },
    complete: (prompts, { schema }) =>
      Promise.all(
        prompts.map(async (messages) => (await ask(messages, null, schema ?? null)).completion),
      ),
    ...(request.answer === "text"
      ? {}
      : {
          choose: (prompts, { schema }) =>
            Promise.all(
              prompts.map(({ messages, choices }) => chooseOne(messages, choices, schema ?? null)),
            ),
        }),
    halted: () => caller.halted(),
    close: async () => {},
  };

  function complete(result: CallResult, plain: ChatBody, { price }: HostedOptions): Completion {
    const { answer, failures, attempts, latencyMs, firstTokenMs } = result;
    const sent = { attempts, latencyMs, ...(firstTokenMs === undefined ? {} : { firstTokenMs }) };
    const retried = hide(sayFailures(failures));
    if (answer === null) {
      const none = { tokensIn: 0, tokensOut: 0, costUsd: 0, note: retried };
      return { ...sent, ...none, text: "", finish: "failed" };
    }
    const usage = answer.usage ?? boundTokens(plain, request.maxTokens);
    const uncounted =
      answer.usage === null ? "tokens are bounds: the server counts none" : undefined;
    return {
      ...sent,
      text: hide(answer.text),
      finish: answer.finish,
      ...usage,
      costUsd: costUsd(usage, price),
      ...noteOf(retried === "" ? undefined : `after ${retried}`, uncounted),
    };
  }
}

type Written = { result: CallResult; completion: Completion };

function bodyOf(
  { model, request }: HostedOptions,
  messages: Message[],
  choices: string[] | null,
  schema: JsonSchema | null,
): ChatBody {
  const body: ChatBody = {
    model,
    messages: messages.map((m) => ({ ...m, content: neutraliseTokens(m.content) })),
    max_tokens: request.maxTokens,
    temperature: 0,
    // Plain text goes on after the answer: a choice is a line, and a blank line parts blocks, as in the prompt.
    ...(request.api === "completion" ? { stop: [choices === null ? "\n\n" : "\n"] } : {}),
    ...(request.stream
      ? { stream: true as const, stream_options: { include_usage: true as const } }
      : {}),
  };
  const format = (shape: JsonSchema): NonNullable<ChatBody["response_format"]> => ({
    type: "json_schema",
    json_schema: { name: "answer", strict: true, schema: shape },
  });
  if (schema !== null && request.answer !== "text")
    return { ...body, response_format: format(schema) };
  if (choices === null || request.answer === "text") return body;
  if (request.answer === "auto") return { ...body, logprobs: true, top_logprobs: topLogprobs };
  return {
    ...body,
    response_format: format({
      type: "object",
      properties: { answer: { type: "string", enum: choices } },
      required: ["answer"],
      additionalProperties: false,
    }),
  };
}

function readStructured(completion: Completion): Completion {
  try {
    const { answer } = JSON.parse(completion.text) as { answer?: unknown };
    return typeof answer === "string" ? { ...completion, text: answer } : completion;
  } catch {
    return completion;
  }
}

/** Tokens that a request cannot pass: no token is shorter than a byte, and a chat template adds a few a message. */
function boundTokens(
  { messages, response_format: format }: ChatBody,
  maxTokens: number,
): { tokensIn: number; tokensOut: number } {
  const texts = messages.map(({ content }) => Buffer.byteLength(content) + 16);
  const schema = format === undefined ? 0 : Buffer.byteLength(JSON.stringify(format));
  return { tokensIn: texts.reduce((sum, bytes) => sum + bytes, 64 + schema), tokensOut: maxTokens };
}

function boundUsd(body: ChatBody, maxTokens: number, price: Price | null): number {
  return costUsd(boundTokens(body, maxTokens), price);
}

function costUsd(tokens: { tokensIn: number; tokensOut: number }, price: Price | null): number {
  if (price === null) return 0;
  return (tokens.tokensIn * price.inPerMTok + tokens.tokensOut * price.outPerMTok) / 1e6;
}

/** Failures in one line, equal ones counted: `timed out ×2, HTTP 500`. */
function sayFailures(failures: readonly Failure[]): string {
  const counts = new Map<string, number>();
  for (const { message } of failures) counts.set(message, (counts.get(message) ?? 0) + 1);
  return Array.from(counts, ([message, n]) => (n > 1 ? `${message} ×${n}` : message)).join(", ");
}

function noteOf(...notes: (string | undefined)[]): { note?: string } {
  const said = notes.filter((note) => note !== undefined);
  return said.length === 0 ? {} : { note: said.join("; ") };
}

function isAnswer({ finish }: Completion): boolean {
  return finish === "stop" || finish === "length";
}
