// The plan of a job at Together: its files against the limits, the model's own limits and the API's estimate where there
// is a key to ask with, and a ceiling from the price page. Both endpoints cost nothing.

import { z } from "zod";
import type { Context } from "../../base/logger.ts";
import { formats } from "../../dataset/format/index.ts";
import { exportRows, type RowFile, type RowFiles } from "./export-rows.ts";
import { planHosted } from "./hosted-plan.ts";
import { fileNameOf } from "./openai-files.ts";
import { suffixOf } from "./openai-jobs.ts";
import {
  estimateBody,
  findTogether,
  mapTogether,
  openTogether,
  togetherBody,
  togetherKeyEnv,
  togetherOptions,
  type TogetherApi,
} from "./together-client.ts";
import { cleanText } from "./remote-failure.ts";
import { findTogetherFiles } from "./together-files.ts";
import { pricePages, priceOf } from "./token-price.ts";
import type { JobPlan, JobRequest } from "./types.ts";

export const togetherFormat = ({ method }: JobRequest): "together" | "together-dpo" =>
  method === "dpo" ? "together-dpo" : "together";

/** The files as they are sent: without validation where the recipe leaves it out. */
export async function togetherFiles(
  request: JobRequest,
  setting: { to?: string; signal: AbortSignal },
): Promise<RowFiles> {
  const { tokenizer, validation } = togetherOptions.parse(request.options);
  const files = await exportRows(request, togetherFormat(request), { ...setting, tokenizer });
  return validation ? files : { ...files, validation: null };
}

/** The name of a run's own file: a natural key that leads from the file to its job. */
export function togetherFileName({ runKey }: JobRequest, file: RowFile): string {
  return fileNameOf(file, runKey);
}

/** Plans a job. */
export async function planTogether(request: JobRequest, context: Context): Promise<JobPlan> {
  const options = togetherOptions.parse(request.options);
  const files = await togetherFiles(request, { signal: context.signal });
  const { baseUrl, key } = findTogether(context);
  const names = {
    train: togetherFileName(request, files.train),
    ...(files.validation ? { validation: togetherFileName(request, files.validation) } : {}),
  };
  const ids = {
    train: `<id of ${names.train}>`,
    validation: names.validation === undefined ? undefined : `<id of ${names.validation}>`,
  };
  const body = togetherBody(request, ids);
  const asked: Asked = { checks: [], notes: [], problems: [] };
  if (key === null) {
    asked.notes.push(
      `${togetherKeyEnv} is not set: the model's limits and the estimate were not asked; a real run needs it`,
    );
  } else {
    try {
      const api = await openTogether(request, context);
      await askLimits(api, request, asked);
      await askEstimate(api, request, files, asked);
    } catch (error) {
      const [said] = String((error as Error).message).split("\n");
      asked.notes.push(`the model's limits and the estimate could not be asked: ${said}`);
    }
  }
  const sent = [files.train, ...(files.validation ? [files.validation] : [])];
  return planHosted({
    request,
    files,
    limits: formats[togetherFormat(request)].limits,
    mapped: mapTogether(request),
    price: priceOf(options, pricePages.together),
    pricePage: pricePages.together,
    evals: files.validation === null ? 0 : options.evals,
    requests: [
      { method: "GET", url: `${baseUrl}/files`, body: null },
      ...sent.map((file) => {
        const name = togetherFileName(request, file);
        const form = { purpose: "fine-tune", file_name: name, file_type: "jsonl" };
        return {
          method: "POST" as const,
          url: `${baseUrl}/files/upload`,
          body: { ...form, file: `${name}, ${file.bytes} bytes` },
        };
      }),
      { method: "POST", url: `${baseUrl}/fine-tunes/estimate-price`, body: estimateBody(body) },
      { method: "POST", url: `${baseUrl}/fine-tunes`, body },
    ],
    checks: [`suffix ${suffixOf(request.runKey)}: 40 characters at most`, ...asked.checks],
    notes: [
      ...asked.notes,
      "the create is not sent where the API's estimate is above the ceiling",
      "a tuned model may need a dedicated endpoint, which costs by the minute until it is stopped; rectune makes none",
    ],
    problems: asked.problems,
  });
}

type Asked = { checks: string[]; notes: string[]; problems: string[] };

async function askLimits(
  api: TogetherApi,
  { model, hyperparameters: h, method, options }: JobRequest,
  { checks, problems }: Asked,
): Promise<void> {
  const limits = await api.call(`asking for limits of ${model}`, (client) =>
    client.fineTuning.modelLimits({ model_name: model }, { maxRetries: 0, timeout: 10_000 }),
  );
  const isFull = togetherOptions.parse(options).full;
  const own = isFull ? limits.full_training : limits.lora_training;
  if (!own) return void problems.push(`options.full: ${model} is not tuned with all weights`);
  const hold = (
    word: string,
    value: number,
    least: number | undefined,
    most: number | undefined,
  ): void => {
    if (typeof least === "number" && value < least)
      problems.push(`hyperparameters.${word}: ${model} takes ${least} or more, not ${value}`);
    else if (typeof most === "number" && value > most)
      problems.push(`hyperparameters.${word}: ${model} takes ${most} at most, not ${value}`);
    else checks.push(`${word} ${value}: the limits of ${model}`);
  };
  hold("epochs", h.epochs, 1, limits.max_num_epochs);
  if (h.learningRate !== "auto")
    hold("learningRate", h.learningRate, limits.min_learning_rate, limits.max_learning_rate);
  if (h.batchSize !== "auto") {
    const most = method === "dpo" ? own.max_batch_size_dpo : own.max_batch_size;
    hold("batchSize", h.batchSize, own.min_batch_size, most);
  }
  if (h.lora !== null && !isFull) hold("lora.rank", h.lora.rank, 1, limits.lora_training.max_rank);
  const longest = method === "dpo" ? limits.max_seq_length_dpo : limits.max_seq_length_sft;
  hold("maxTokens", h.maxTokens, undefined, longest);
}

/** The estimate needs the file: it is told where an earlier run has brought it. */
async function askEstimate(
  api: TogetherApi,
  request: JobRequest,
  files: RowFiles,
  { notes, problems }: Asked,
): Promise<void> {
  const idOf = async (file: RowFile | null): Promise<string | undefined> =>
    file === null
      ? undefined
      : (await findTogetherFiles(api, (name) => name === togetherFileName(request, file)))[0];
  const train = await idOf(files.train);
  if (train === undefined)
    return void notes.push("the API's estimate needs the file; it is asked before the create");
  const validation = await idOf(files.validation);
  const estimate = await estimatePrice(api, togetherBody(request, { train, validation }));
  if (estimate.kind === "none") return void notes.push(sayNone(estimate));
  notes.push(`the API estimates ${estimate.usd.toFixed(2)} USD`);
  if (!estimate.allowed) problems.push("the account's limit does not allow this job");
}

/** What the API says that a create would cost, or why it does not. */
export type Estimate =
  | { kind: "usd"; usd: number; allowed: boolean }
  | { kind: "none"; reason: string };

const estimateShape = z.looseObject({
  estimated_total_price: z.number().nullish(),
  allowed_to_proceed: z.boolean().nullish(),
  unavailable_reason: z.string().nullish().catch(null),
});

/** Asks for it; the call makes nothing and costs nothing. */
export async function estimatePrice(
  api: TogetherApi,
  body: Record<string, unknown>,
): Promise<Estimate> {
  const answer = await api.call("asking for an estimate", (client) =>
    client.fineTuning.estimatePrice(
      estimateBody(body) as unknown as Parameters<typeof client.fineTuning.estimatePrice>[0],
    ),
  );
  const parsed = estimateShape.safeParse(answer);
  const {
    estimated_total_price: usd,
    allowed_to_proceed: allowed,
    unavailable_reason: reason,
  } = parsed.data ?? {};
  return typeof usd === "number"
    ? { kind: "usd", usd, allowed: allowed !== false }
    : { kind: "none", reason: reason ?? "no reason given" };
}

/** That there is no estimate, for notes and logs. */
export function sayNone({ reason }: Estimate & { kind: "none" }): string {
  return `the API gives no estimate (${cleanText(reason, [], 60)}); the ceiling holds all the same`;
}
