// The piece of a suite that says how a hosted model is reached and asked (`{model, baseUrl, keyEnv, …}`).

import { z } from "zod";

const webUrl = z.string().superRefine((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (!isWeb) context.addIssue({ code: "custom", message: "not an http(s) URL" });
  // The text is left out of the message: what stands before the @ is a secret.
  else if (url.username !== "" || url.password !== "")
    context.addIssue({ code: "custom", message: "a URL with a key in it; use keyEnv" });
});

const price = z.strictObject({
  inPerMTok: z.number().nonnegative().describe("Dollars per million prompt tokens"),
  outPerMTok: z.number().nonnegative().describe("Dollars per million tokens of answers"),
});

const request = z.strictObject({
  maxTokens: z.int().positive().max(32_768).default(64).describe("Tokens an answer may take"),
  concurrency: z.int().positive().max(256).default(16).describe("Requests at a time at most"),
  timeoutSeconds: z.number().positive().max(3600).default(60).describe("For one request"),
  retries: z.int().nonnegative().max(20).default(4).describe("After the first try of a request"),
  sameErrors: z
    .int()
    .positive()
    .default(8)
    .describe("Equal failures in a row, each after its retries, that stop the eval"),
  answer: z
    .enum(["auto", "text", "json"])
    .default("auto")
    .describe("auto: log-probabilities where the server gives them; json: a JSON Schema"),
  api: z
    .enum(["chat", "completion"])
    .default("chat")
    .describe("completion: the prompt as plain text, for models without a chat template"),
  stream: z.boolean().default(false).describe("Answers in pieces; keeps the time to the first"),
});

/** Keys of a system that only hosted models (openai:, hf:) have. */
export const hostedKeys = {
  baseUrl: webUrl
    .optional()
    .describe("Server that speaks OpenAI's API, e.g. http://127.0.0.1:8000/v1"),
  keyEnv: z
    .string()
    .regex(
      /^[A-Z][A-Z0-9_]*$/,
      "the name of an environment variable, in capitals; never the key itself",
    )
    .optional()
    .describe("Environment variable with the key for baseUrl"),
  price: price.optional().describe("What tokens cost; eval --max-usd needs it"),
  request: request.optional().describe("How the server is asked"),
};

const hostedSchema = z.strictObject(hostedKeys);
/** What a system of a suite says about its server. */
export type HostedSettings = z.infer<typeof hostedSchema>;
export type Price = z.infer<typeof price>;
export type RequestSettings = z.infer<typeof request>;

/** The request settings with their defaults. */
export function requestSettings(settings: HostedSettings): RequestSettings {
  return settings.request ?? request.parse({});
}
