// Completions, chat and plain, through OpenAI's own client, for that API and every server that speaks it. The client's
// retries are off: those of call.ts are counted, wait as the server asks and know what was paid.

import { CallFailure, failureOfAnswer, failureOfNetwork, failureOfStatus } from "./failure.ts";
import type { SendChat } from "./chat.ts";
import { collectStream } from "./stream.ts";
import type { HostedContext } from "./hosted.ts";

/** The API's own address. */
export const openaiUrl = "https://api.openai.com/v1";

/** Sends through the openai package; `key` is null for servers that ask for none. */
export async function makeOpenaiSender(
  { baseUrl, key }: { baseUrl: string; key: string | null },
  { fetch, env, now }: HostedContext,
): Promise<SendChat> {
  const { default: OpenAI, APIError } = await import("openai");
  const isOwn = baseUrl === openaiUrl;
  const client = new OpenAI({
    // The client wants one; a server without keys does not look at it.
    apiKey: key ?? "none",
    baseURL: baseUrl,
    organization: isOwn ? (env["OPENAI_ORG_ID"] ?? null) : null,
    project: isOwn ? (env["OPENAI_PROJECT_ID"] ?? null) : null,
    adminAPIKey: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: "off",
    fetch,
  });
  return async (body, signal, onToken) => {
    const path = "prompt" in body ? "/completions" : "/chat/completions";
    try {
      if (body.stream !== true) return await client.post(path, { body, signal });
      const chunks = await client.post(path, { body, signal, stream: true });
      return await collectStream(chunks as AsyncIterable<unknown>, onToken);
    } catch (error) {
      if (error instanceof CallFailure) throw error;
      if (error instanceof APIError && error.status !== undefined) {
        const status = Number(error.status);
        const headers = error.headers as Headers | null;
        throw new CallFailure(
          failureOfStatus(status, error.error ?? textOf(error.message), headers, now()),
        );
      }
      if (error instanceof SyntaxError) {
        throw new CallFailure(failureOfAnswer("the answer is no JSON"));
      }
      throw new CallFailure(failureOfNetwork(error, signal.aborted));
    }
  };
}

function textOf(message: string): string {
  return message.replace(/^\d{3} /, "").replace("status code (no body)", "");
}
