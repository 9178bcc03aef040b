// Together's API through its own package (together-ai 0.52.0; OpenAPI of 2026-04-28): files, jobs as they are told, and
// the request that makes one.

import type { Together } from "together-ai";
import { z } from "zod";
import { RemoteError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import {
  checkUrl,
  makeCalls,
  missing,
  refuseOtherAccount,
  warnOfPlainHttp,
  type Calls,
} from "./hosted-calls.ts";
import {
  mapHyperparameters,
  type HyperparameterRules,
  type Mapped,
} from "./map-hyperparameters.ts";
import { suffixOf } from "./openai-jobs.ts";
import { cleanText } from "./remote-failure.ts";
import { tokenOptions } from "./token-price.ts";
import type { JobRequest, JobStatus } from "./types.ts";

export const togetherUrl = "https://api.together.ai/v1";
export const togetherKeyEnv = "TOGETHER_API_KEY";

export const togetherOptions = z.strictObject({
  ...tokenOptions,
  validation: z.boolean().default(true).describe("Whether the validation file is sent too"),
  full: z.boolean().default(false).describe("All weights instead of adapters"),
  checkpoints: z.int().min(1).max(50).default(1).describe("States of the model that are kept"),
  evals: z.int().min(0).max(100).default(1).describe("Readings of the validation rows"),
  warmupRatio: z.number().min(0).max(1).optional(),
  weightDecay: z.number().nonnegative().optional(),
  dpoBeta: z.number().positive().max(2).optional(),
  timeoutSeconds: z.number().positive().max(3600).default(60).describe("For one request"),
});
export type TogetherOptions = z.infer<typeof togetherOptions>;

/** Limits of a model are asked of the API where there is a key; these hold for all. */
export const togetherRules: HyperparameterRules = {
  about: "Together",
  epochs: { name: "n_epochs", whole: true, min: 1, max: 20 },
  learningRate: { name: "learning_rate", above: 0 },
  batchSize: { name: "batch_size", whole: true, min: 1, auto: "max" },
  lora: {
    rank: "lora_r",
    alpha: "lora_alpha",
    on: { type: "Lora" },
    wholeAlpha: true,
    maxRank: 64,
  },
  maxTokens: null,
};

export type TogetherPlace = { baseUrl: string; isUsual: boolean; key: string | null };

/** Address and key, as the environment has them. */
export function findTogether({ env }: Pick<Context, "env">): TogetherPlace {
  const named = env["TOGETHER_BASE_URL"]?.trim() || undefined;
  if (named !== undefined) checkUrl(named, "TOGETHER_BASE_URL");
  const baseUrl = named?.replace(/\/+$/, "") ?? togetherUrl;
  const key = env[togetherKeyEnv]?.trim() || null;
  return { baseUrl, isUsual: baseUrl === togetherUrl, key };
}

/** The project that the environment names, at the host where it is not the usual one. */
export function togetherAccount(context: Pick<Context, "env">): string {
  const { baseUrl, isUsual } = findTogether(context);
  const parts = [isUsual ? undefined : new URL(baseUrl).host, context.env["TOGETHER_PROJECT_ID"]];
  return parts.filter(Boolean).join("/") || "default";
}

export type TogetherApi = Calls<Together> & { baseUrl: string; secrets: readonly string[] };

/** Opens the API for a job. @throws RemoteError without a key, or for another account's job. */
export async function openTogether(request: JobRequest, context: Context): Promise<TogetherApi> {
  const { baseUrl, key } = findTogether(context);
  if (key === null) throw missing("key", "together", togetherKeyEnv);
  const variables = ["TOGETHER_BASE_URL", "TOGETHER_PROJECT_ID"];
  refuseOtherAccount("together", request, togetherAccount(context), variables);
  warnOfPlainHttp(baseUrl, context);
  const { Together } = await import("together-ai");
  const client = new Together({
    apiKey: key,
    baseURL: baseUrl,
    projectID: context.env["TOGETHER_PROJECT_ID"] || null,
    timeout: togetherOptions.parse(request.options).timeoutSeconds * 1000,
    maxRetries: 2,
    fetch: context.fetch,
    logLevel: "off",
  });
  return { baseUrl, secrets: [key], ...makeCalls("together", client, [key], context) };
}

/** The recipe's hyper-parameters and options in Together's words. */
export function mapTogether({ hyperparameters, options, method }: JobRequest): Mapped {
  const mapped = mapHyperparameters(hyperparameters, togetherRules);
  const { full, dpoBeta } = togetherOptions.parse(options);
  if (full && hyperparameters.lora !== null)
    mapped.problems.push("options.full: the recipe asks for adapters too (hyperparameters.lora)");
  if (dpoBeta !== undefined && method !== "dpo")
    mapped.problems.push("options.dpoBeta: only method dpo has one");
  return mapped;
}

/** The body of POST /fine-tunes; `evals` is left out where there is no validation file. */
export function togetherBody(
  request: JobRequest,
  files: { train: string; validation?: string | undefined },
): Record<string, unknown> {
  const { lora_r, lora_alpha, type, ...fields } = mapTogether(request).fields;
  const { full, checkpoints, evals, warmupRatio, weightDecay, dpoBeta } = togetherOptions.parse(
    request.options,
  );
  return {
    model: request.model,
    training_file: files.train,
    ...(files.validation === undefined
      ? {}
      : { validation_file: files.validation, n_evals: evals }),
    ...fields,
    n_checkpoints: checkpoints,
    ...(full
      ? { training_type: { type: "Full" } }
      : type === undefined
        ? {}
        : { training_type: { type, lora_r, lora_alpha } }),
    training_method:
      request.method === "dpo"
        ? { method: "dpo", ...(dpoBeta === undefined ? {} : { dpo_beta: dpoBeta }) }
        : // The answer alone is learned, as with every other trainer here.
          { method: "sft", train_on_inputs: false },
    ...(warmupRatio === undefined ? {} : { warmup_ratio: warmupRatio }),
    ...(weightDecay === undefined ? {} : { weight_decay: weightDecay }),
    random_seed: request.seed,
    suffix: suffixOf(request.runKey),
  };
}

/** The body of POST /fine-tunes/estimate-price: what of a create decides its price. */
export function estimateBody(body: Record<string, unknown>): Record<string, unknown> {
  const keys = [
    "training_file",
    "validation_file",
    "model",
    "n_epochs",
    "n_evals",
    "training_method",
    "training_type",
  ];
  return Object.fromEntries(keys.flatMap((key) => (key in body ? [[key, body[key]]] : [])));
}

const text = z.string().nullish().catch(null);
const count = z.number().nullish().catch(null);
const jobShape = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  created_at: text,
  model: text,
  training_file: text,
  suffix: text,
  model_output_name: text,
  token_count: count,
  total_price: count,
  total_steps: count,
});
export type TogetherJob = z.infer<typeof jobShape>;

/** Reads an answer that should be a job. @throws RemoteError where it is none. */
export function readTogetherJob(answer: unknown): TogetherJob {
  const parsed = jobShape.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new RemoteError("together: the answer is no fine-tuning job", {
    code: "answer-malformed",
    next: "Run the same command again later.",
  });
}

/** Prices of jobs come in billionths of a dollar, as Together's own command line reads them. */
export function billedOf({ total_price: price }: TogetherJob): number | null {
  return typeof price === "number" ? price / 1e9 : null;
}

/** What a job's state means; `why` tells of a failed one. */
export async function togetherStatus(
  job: TogetherJob,
  why: () => Promise<string>,
  secrets: readonly string[],
): Promise<JobStatus> {
  switch (job.status) {
    case "pending":
    case "queued":
      return { state: "queued", progress: null };
    case "running":
    case "compressing":
    case "uploading":
    case "cancel_requested":
      return { state: "running", progress: null };
    case "completed":
      return { state: "succeeded", costUsd: billedOf(job) };
    case "cancelled":
      return { state: "cancelled", costUsd: billedOf(job) };
    case "error":
      return {
        state: "failed",
        costUsd: billedOf(job),
        reason: cleanText(await why(), secrets, 500),
      };
    default:
      throw new RemoteError(
        `job ${job.id} is "${cleanText(job.status, secrets, 40)}", a state not known here`,
        {
          code: "job-state-unknown",
          next: "The job goes on; look for it at api.together.ai/jobs.",
        },
      );
  }
}
