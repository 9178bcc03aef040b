// What a recipe may say of Fireworks, and its prices as data: training by size of the base model (fireworks.ai/pricing),
// GPUs by the hour (docs.fireworks.ai/fine-tuning, cost pages), read 2026-11-24 in stored copies that may be older.

import { z } from "zod";
import { parametersOf } from "./hf-jobs-options.ts";
import type { HyperparameterRules } from "./map-hyperparameters.ts";
import { priceOf, tokenOptions, type TokenPrice } from "./token-price.ts";
import type { Method } from "./types.ts";

const resourceId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);

/** Dollars an hour of one GPU; where two pages differ, the dearer. */
export const gpuUsdPerHour = {
  NVIDIA_A100_80GB: 2.9,
  NVIDIA_H100_80GB: 7,
  NVIDIA_H200_141GB: 7,
  NVIDIA_B200_180GB: 10,
} as const;
const gpus = Object.keys(gpuUsdPerHour) as (keyof typeof gpuUsdPerHour)[];

export const fireworksOptionsSchema = z.strictObject({
  account: resourceId
    .nullable()
    .default(null)
    .describe("Account id; null: FIREWORKS_ACCOUNT_ID, else the one that the key belongs to"),
  ...tokenOptions,
  loraRank: z
    .int()
    .positive()
    .max(64)
    .optional()
    .describe("Rank of the adapters; Fireworks sets their alpha by itself"),
  validation: z.boolean().default(true).describe("Whether the validation rows are sent too"),
  timeoutSeconds: z.number().positive().max(3600).default(60).describe("For one request"),
  serving: z
    .strictObject({
      acceleratorType: z.enum(gpus).default("NVIDIA_H100_80GB"),
      acceleratorCount: z.int().positive().max(8).default(1),
      deploymentShape: z
        .string()
        .min(1)
        .nullable()
        .default("default")
        .describe("A shape that Fireworks validated; null: the accelerators as they are"),
    })
    .prefault({}),
});

export type FireworksOptions = z.infer<typeof fireworksOptionsSchema>;

/** Reads options as the ledger keeps them; defaults are filled in where an older version had none. */
export function readFireworksOptions(options: Record<string, unknown>): FireworksOptions {
  return fireworksOptionsSchema.parse(options);
}

export const fireworksRules: HyperparameterRules = {
  about: "Fireworks",
  epochs: { name: "epochs", whole: true, min: 1 },
  learningRate: { name: "learningRate", above: 0 },
  // `batchSize` counts tokens there.
  batchSize: { name: "batchSizeSamples", whole: true, min: 1 },
  lora: null,
  maxTokens: { name: "maxContextLength", max: null },
};

export const fireworksPricePage = "fireworks.ai/pricing";

/** What a million tokens cost; null where no page was seen that tells: preference tuning, models above 80B or unsized. */
export function fireworksPrice(
  model: string,
  method: Method,
  options: FireworksOptions,
): TokenPrice | null {
  const given = priceOf(options, fireworksPricePage);
  if (given) return given;
  const parameters = parametersOf(model);
  if (method !== "sft" || parameters === null || parameters > 80e9) return null;
  const perMillionUsd = parameters <= 16e9 ? 0.5 : 3;
  return { perMillionUsd, source: fireworksPricePage, checked: "2026-11-24" };
}

/** Dollars an hour for accelerators; infinite for one whose price is not known, so that it passes no ceiling. */
export function acceleratorUsdPerHour(type: string, count: number): number {
  const each = (gpuUsdPerHour as Readonly<Record<string, number>>)[type];
  return each === undefined ? Number.POSITIVE_INFINITY : each * count;
}
