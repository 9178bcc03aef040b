// What a recipe may say of Hugging Face Jobs, and the facts about its machines that no API tells: how fast they train,
// and what they cost where the live list cannot be asked (huggingface.co/docs/hub/jobs-pricing, read 2026-11-24).

import { z } from "zod";

const repoName = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?$/)
  .nullable()
  .default(null);
const flavor = z.string().regex(/^[a-z0-9][a-z0-9-]*$/);

export const hfJobsOptionsSchema = z.strictObject({
  flavor: flavor.default("l4x1").describe("Machine, by its name in the live list of hardware"),
  timeoutMinutes: z
    .int()
    .min(5)
    .max(24 * 60)
    .default(120)
    .describe("The job is ended after so long; this times the machine's price is the ceiling"),
  namespace: repoName.describe("User or organisation that pays; null: who the token belongs to"),
  datasetRepo: repoName.describe("Private dataset repository; null: named by its content"),
  modelRepo: repoName.describe("Private model repository for the result; null: named by the job"),
  saveSteps: z.int().positive().default(50).describe("Steps between checkpoints"),
  image: z.string().min(1).default("ghcr.io/astral-sh/uv:python3.12-bookworm"),
  tokenizer: z
    .string()
    .min(1)
    .optional()
    .describe("The base model's tokenizer.json, relative to the working folder; counts exactly"),
  serving: z
    .strictObject({
      flavor: flavor.nullable().default(null).describe("Machine for evals; null: as for training"),
      image: z.string().min(1).default("vllm/vllm-openai:latest"),
      maxModelLen: z.int().min(256).default(4096).describe("Longest prompt and answer, in tokens"),
    })
    .prefault({}),
});

export type HfJobsOptions = z.infer<typeof hfJobsOptionsSchema>;

/** Reads options as the ledger keeps them; defaults are filled in where an older version had none. */
export function readHfOptions(options: Record<string, unknown>): HfJobsOptions {
  return hfJobsOptionsSchema.parse(options);
}

/** Dollars an hour on 2026-11-24, for plans made without a network; nothing is ever sent on these. */
export const usualUsdPerHour: Readonly<Record<string, number>> = {
  "t4-small": 0.4,
  l4x1: 0.8,
  "a10g-small": 1,
  "a10g-large": 1.5,
  l40sx1: 1.8,
  "a100-large": 2.5,
  "rtx-pro-6000": 2.75,
  h200: 5,
};

/** Dollars an hour for an exposed port (huggingface.co/docs/hub/jobs-serving, read 2026-11-24). */
export const portUsdPerHour = 0.01;

/** Training speed by the beginning of a machine's name, in 10^12 operations a second: a third of what small models reach. */
const teraflops: readonly (readonly [prefix: string, value: number])[] = [
  ["cpu", 0.05],
  ["t4", 5],
  ["l40s", 40],
  ["l4", 12],
  ["a10g", 14],
  ["a100", 60],
  ["h200", 120],
  ["rtx-pro-6000", 50],
];
const setupMinutes = 10;

/** Parameters of a model as its name tells them ("…-1.7B-…", "…-135M"), null where it does not. */
export function parametersOf(model: string): number | null {
  const found = /(?:^|[-_/.])(\d+(?:[.p]\d+)?)([bm])(?=$|[-_/.])/i.exec(model);
  if (!found) return null;
  return Number(found[1]!.replace("p", ".")) * (found[2]!.toLowerCase() === "b" ? 1e9 : 1e6);
}

/**
 * Minutes that a job may take, generously: setting up, and 6 operations a weight and token (4 with adapters; Kaplan et
 * al. 2020, section 2.1), on the machine's first accelerator alone. Null where the size of model or machine is not known.
 */
export function estimateMinutes(
  machine: string,
  parameters: number | null,
  tokens: number,
  hasAdapters: boolean,
): number | null {
  const speed = teraflops.find(([prefix]) => machine.startsWith(prefix))?.[1];
  if (parameters === null || speed === undefined) return null;
  const operations = (hasAdapters ? 4 : 6) * parameters * tokens;
  return Math.ceil(setupMinutes + operations / (speed * 1e12) / 60);
}
