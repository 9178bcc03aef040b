// A streamed answer put together again: server-sent events of chat or plain completions, as OpenAI's API and the
// compatible servers send them, into the body that the same request would have had unstreamed.

import { CallFailure, failureOfAnswer } from "./failure.ts";

type Held = Record<string, unknown>;

/** @throws CallFailure where the stream ends before the answer does, or holds an error. */
export async function collectStream(
  chunks: AsyncIterable<unknown>,
  onToken: () => void,
): Promise<unknown> {
  let text = "";
  let refusal = "";
  let finish: string | null = null;
  let usage: unknown = null;
  let isChat = true;
  const content: unknown[] = [];
  const columns = { tokens: [], token_logprobs: [], top_logprobs: [] } as Record<string, unknown[]>;
  for await (const chunk of chunks) {
    const { choices, usage: counted, error } = recordOf(chunk);
    if (error !== undefined && error !== null)
      throw new CallFailure(failureOfAnswer("the server broke its stream off with an error"));
    usage = counted ?? usage;
    const choice = recordOf(Array.isArray(choices) ? (choices as unknown[])[0] : null);
    const delta = recordOf(choice["delta"]);
    if (typeof choice["text"] === "string") isChat = false;
    const said = textOf(choice["text"] ?? delta["content"]);
    const refused = textOf(delta["refusal"]);
    if (said !== "" || refused !== "") onToken();
    text += said;
    refusal += refused;
    const logprobs = recordOf(choice["logprobs"]);
    for (const token of listOf(logprobs["content"])) content.push(token);
    for (const [name, column] of Object.entries(columns))
      for (const value of listOf(logprobs[name])) column.push(value);
    if (typeof choice["finish_reason"] === "string") finish = choice["finish_reason"];
  }
  if (finish === null)
    throw new CallFailure(failureOfAnswer("the stream ended before the answer did"));
  const logprobs =
    content.length > 0 ? { content } : columns["tokens"]!.length > 0 ? columns : null;
  const message = isChat
    ? { message: { role: "assistant", content: text, refusal: refusal || null } }
    : { text };
  return { choices: [{ index: 0, finish_reason: finish, logprobs, ...message }], usage };
}

function recordOf(value: unknown): Held {
  return typeof value === "object" && value !== null ? (value as Held) : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
