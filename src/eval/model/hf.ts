// Chat completions through Hugging Face's own client: its inference providers, and endpoints by their URL. Its retry of
// 503 is off, and its errors are never passed on, since they carry the headers with the token.

import { CallFailure, failureOfAnswer, failureOfNetwork, failureOfStatus } from "./failure.ts";
import type { SendChat } from "./chat.ts";
import { collectStream } from "./stream.ts";
import type { HostedContext } from "./hosted.ts";

/** The address of the inference providers. */
export const hfUrl = "https://router.huggingface.co/v1";

/** Sends through @huggingface/inference; a `baseUrl` other than `hfUrl` is an endpoint of its own. */
export async function makeHfSender(
  { baseUrl, key }: { baseUrl: string; key: string | null },
  { fetch, now }: HostedContext,
): Promise<SendChat> {
  const { InferenceClient } = await import("@huggingface/inference");
  const client = new InferenceClient(key ?? undefined, {
    ...(baseUrl === hfUrl ? {} : { endpointUrl: baseUrl }),
    retry_on_error: false,
  });
  // The client's types know OpenAI's logprobs alone; it sends the body as it is.
  type Input = Parameters<typeof client.chatCompletion>[0];
  return async (body, signal, onToken) => {
    let response: Response | null = null;
    const watched: typeof fetch = async (...request) => (response = await fetch(...request));
    try {
      const options = { fetch: watched, signal };
      if (body.stream !== true) return await client.chatCompletion(body as Input, options);
      return await collectStream(client.chatCompletionStream(body as Input, options), onToken);
    } catch (error) {
      if (error instanceof CallFailure) throw error;
      // Assigned in a closure, which the compiler does not follow.
      const seen = response as Response | null;
      if (seen === null || signal.aborted) {
        throw new CallFailure(failureOfNetwork(error, signal.aborted));
      }
      if (seen.ok) throw new CallFailure(failureOfAnswer("the answer is no chat completion"));
      throw new CallFailure(failureOfStatus(seen.status, bodyOf(error), seen.headers, now()));
    }
  };
}

function bodyOf(error: unknown): unknown {
  const { httpResponse } = error as { httpResponse?: { body?: unknown } };
  return httpResponse?.body ?? "";
}
