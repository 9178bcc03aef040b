// The ceiling of a job that is paid by the token: most tokens that can be counted, times passes, times a price that
// somebody has read. Without a price there is no ceiling, and then nothing may be sent.

import { z } from "zod";
import type { RowFiles } from "./export-rows.ts";

/** US dollars for a million tokens of training, and where that was read. */
export type TokenPrice = { perMillionUsd: number; source: string; checked: string };

/** Where each provider publishes what training costs; none of these gives a figure to programs. Looked up 2026-11-24. */
export const pricePages = {
  openai: "platform.openai.com/docs/pricing",
  azure: "azure.microsoft.com/pricing/details/cognitive-services/openai-service",
  nebius: "nebius.com/token-factory/prices",
  together: "together.ai/pricing",
} as const;

/** Options of every provider that is paid by the token: what the plan counts and prices with. */
export const tokenOptions = {
  pricePerMillionTokens: z
    .number()
    .nonnegative()
    .optional()
    .describe("Dollars for a million trained tokens, as the price page has it; makes the ceiling"),
  priceChecked: z.iso.date().optional().describe("The day you read the price, YYYY-MM-DD"),
  tokenizer: z
    .string()
    .min(1)
    .optional()
    .describe("The base model's tokenizer.json, relative to the working folder; counts exactly"),
};

/** Those of them, and what else makes no other job. */
export const planOptions = [...Object.keys(tokenOptions), "timeoutSeconds"] as const;

/** The price that a recipe gives; null where it gives none. */
export function priceOf(
  options: { pricePerMillionTokens?: number | undefined; priceChecked?: string | undefined },
  page: string,
): TokenPrice | null {
  const { pricePerMillionTokens: perMillionUsd, priceChecked } = options;
  if (perMillionUsd === undefined) return null;
  return {
    perMillionUsd,
    source: `options.pricePerMillionTokens of the recipe; ${page} publishes it`,
    checked: priceChecked ?? "on a day that the recipe does not tell",
  };
}

export type TokenCost = {
  estimateUsd: number;
  ceilingUsd: number;
  /** Tokens of one pass over the training rows. */
  tokens: number;
  /** Tokens of the whole job at most: every pass, and the validation rows once for each evaluation. */
  mostTokens: number;
};

/** Prices a job of so many passes and evaluations. Dollars are rounded up to a cent. */
export function priceTokens(
  files: RowFiles,
  passes: { epochs: number; evals: number },
  { perMillionUsd }: Pick<TokenPrice, "perMillionUsd">,
): TokenCost {
  const { train, validation } = files;
  const { epochs, evals } = passes;
  const usual = train.tokens * epochs + (validation?.tokens ?? 0) * evals;
  const mostTokens = Math.ceil(train.mostTokens * epochs + (validation?.mostTokens ?? 0) * evals);
  const dollars = (tokens: number): number =>
    Math.ceil(Number(((tokens * perMillionUsd) / 1e4).toFixed(6))) / 100;
  return {
    estimateUsd: dollars(usual),
    ceilingUsd: dollars(mostTokens),
    tokens: train.tokens,
    mostTokens,
  };
}
