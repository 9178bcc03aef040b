// How one request is said to one server: chat or plain completion, and the parameters that a server does not know, which
// are learnt from its refusals.

import type { Message } from "../../dataset/task/types.ts";
import type { ChatBody, WireBody } from "./chat.ts";
import type { Failure } from "./failure.ts";

/** How requests are changed for a server that refuses a parameter. */
export type Dialect = {
  api: "chat" | "completion";
  limitKey: "max_tokens" | "max_completion_tokens";
  /** `pair`: {logprobs: true, top_logprobs: k}, OpenAI's; `number`: {logprobs: k}, Together's and all completions'. */
  logprobs: "pair" | "number";
  /** Alternatives asked for at each place. */
  top: number;
  /** `object`: any JSON, and its shape is said in the prompt. */
  json: "schema" | "object";
  dropped: Set<Droppable>;
};
type Droppable = "temperature" | "logprobs" | "response_format" | "stream_options" | "stream";

/** The most that OpenAI's chat completions give. */
const mostTop = 20;

/** What is spoken before anything was refused. */
export function makeDialect(api: Dialect["api"], limitKey: Dialect["limitKey"]): Dialect {
  const logprobs = api === "chat" ? ("pair" as const) : ("number" as const);
  return { api, limitKey, logprobs, top: mostTop, json: "schema", dropped: new Set() };
}

/** The body in a server's dialect. */
export function inDialect(plain: ChatBody, dialect: Dialect): WireBody {
  const { max_tokens: most, messages, ...body } = plain;
  const { api, limitKey, logprobs, top, json, dropped } = dialect;
  const limit = most === undefined ? {} : { [limitKey]: most };
  const schema = dropped.has("response_format") ? undefined : body.response_format;
  const isSaid = json === "object" && schema?.type === "json_schema";
  const asked = isSaid ? sayShape(messages, schema.json_schema.schema) : messages;
  const spoken: WireBody = {
    ...body,
    ...limit,
    ...(api === "chat" ? { messages: asked } : { prompt: promptOf(asked) }),
    ...(isSaid ? { response_format: { type: "json_object" } } : {}),
  };
  if (spoken.top_logprobs !== undefined) spoken.top_logprobs = top;
  if (logprobs === "number" && spoken.top_logprobs !== undefined) {
    spoken.logprobs = top;
    delete spoken.top_logprobs;
  }
  for (const name of dropped) delete spoken[name];
  if (dropped.has("logprobs")) delete spoken.top_logprobs;
  if (dropped.has("stream")) delete spoken.stream_options;
  return spoken;
}

/**
 * Messages as plain text, for models without a chat template: parted by blank lines, as the blocks of a prompt are, and
 * with one at the end, so that what comes next is the answer.
 */
export function promptOf(messages: readonly Message[]): string {
  return messages.map(({ content }) => `${content.trim()}\n\n`).join("");
}

/** For servers that give any JSON: its shape stands at the end of the prompt, which must say "JSON" for some of them. */
function sayShape(messages: readonly Message[], schema: Record<string, unknown>): Message[] {
  const said = `JSON: ${JSON.stringify(sketch(schema))}`;
  return messages.map((message, i) =>
    i === messages.length - 1 ? { ...message, content: `${message.content}\n\n${said}` } : message,
  );
}

function sketch(schema: Record<string, unknown>): unknown {
  const { type, properties, items } = schema as {
    type?: string;
    properties?: Record<string, Record<string, unknown>>;
    items?: Record<string, unknown>;
  };
  if (type === "array") return [sketch(items ?? {})];
  if (type !== "object") return type === "number" || type === "integer" ? 0 : "…";
  const held = Object.entries(properties ?? {}).map(([key, value]) => [key, sketch(value)]);
  return Object.fromEntries(held) as unknown;
}

/**
 * Learns from a refusal of a parameter of `sent`: true where the same request may be sent again in the changed dialect.
 * The refusal names the parameter (`Unsupported parameter: 'max_tokens'`), whatever else it says.
 */
export function learnDialect(dialect: Dialect, failure: Failure, sent: WireBody): boolean {
  if (!/^http-4(00|22)/.test(failure.kind)) return false;
  const names = (word: string): boolean => failure.message.includes(word);
  const isUnknown = /unsupported|not supported|unrecognized|unknown|extra/i.test(failure.message);
  if (names("logprobs") && sent.logprobs !== undefined) {
    const most = /(?:<=|at most|less than or equal to|maximum(?: of| is)?|up to|and)\s*(\d+)/i.exec(
      failure.message,
    );
    const limit = Number(most?.[1] ?? Number.NaN);
    if (limit >= 1 && limit < dialect.top) dialect.top = limit;
    else if (sent.logprobs === true && !isUnknown) dialect.logprobs = "number";
    else dialect.dropped.add("logprobs");
    return true;
  }
  if (names("response_format") && sent.response_format !== undefined) {
    if (sent.response_format.type === "json_schema") dialect.json = "object";
    else dialect.dropped.add("response_format");
    return true;
  }
  for (const name of ["temperature", "stream_options", "stream"] as const) {
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
