// The `options` of recipes on the OpenAI wire: what a ceiling needs, and what one dialect knows beyond the shared words.

import { z } from "zod";
import type { OpenaiProfile } from "./openai-profiles.ts";
import { tokenOptions } from "./token-price.ts";

const shared = {
  ...tokenOptions,
  validation: z.boolean().default(true).describe("Whether the validation file is sent too"),
  timeoutSeconds: z.number().positive().max(3600).default(60).describe("For one request"),
};

const openaiKeys = {
  learningRateMultiplier: z.number().positive().optional(),
  dpoBeta: z.number().positive().max(2).optional(),
};

const nebiusKeys = {
  warmupRatio: z.number().min(0).max(1).optional(),
  weightDecay: z.number().nonnegative().optional(),
  packing: z.boolean().optional(),
};

const customKeys = {
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine((text) => new URL(text).username === "" && new URL(text).password === "", {
      message: "a URL with a key in it; use keyEnv",
    })
    .describe("Address up to and with /v1"),
  keyEnv: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .describe("Environment variable with the key; never the key itself"),
  dialect: z.enum(["openai", "nebius"]).default("openai").describe("Names of hyper-parameters"),
  findBy: z
    .enum(["suffix", "metadata"])
    .default("suffix")
    .describe("How a job is found again: by its suffix, or by metadata that can be searched"),
};

const anyOptions = z.object({
  ...shared,
  ...openaiKeys,
  ...nebiusKeys,
  baseUrl: z.string().optional(),
  keyEnv: z.string().optional(),
  // Without the defaults of custom servers: what is absent, the profile decides.
  dialect: z.enum(["openai", "nebius"]).optional(),
  findBy: z.enum(["suffix", "metadata"]).optional(),
});
/** Options of any profile, after its own schema has checked them. */
export type OpenaiOptions = z.infer<typeof anyOptions>;

/** The options schema of a profile. */
export function optionsSchemaOf({ name }: OpenaiProfile) {
  const own =
    name === "custom"
      ? { ...openaiKeys, ...nebiusKeys, ...customKeys }
      : name === "nebius"
        ? nebiusKeys
        : openaiKeys;
  return z.strictObject({ ...shared, ...own });
}

/** Reads options as the ledger keeps them; defaults are filled in where an older version had none. */
export function readOptions(options: Record<string, unknown>): OpenaiOptions {
  return anyOptions.parse(options);
}
