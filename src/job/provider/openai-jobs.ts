// Jobs on the OpenAI wire: the request that makes one, what its answers say, and its events. Shapes follow OpenAPI 2.3.0
// (FineTuningJob, FineTuningJobEvent, FineTuningJobCheckpoint) and are read with what servers leave out or add.

import type { OpenAI } from "openai";
import { z } from "zod";
import { RemoteError } from "../../base/errors.ts";
import { fileTrait, judgeTraits, modelTrait } from "./job-traits.ts";
import { mapHyperparameters, type Mapped } from "./map-hyperparameters.ts";
import { sendOnce } from "./hosted-calls.ts";
import type { Wire } from "./openai-client.ts";
import { readOptions, type OpenaiOptions } from "./openai-options.ts";
import { rulesOf, type OpenaiProfile } from "./openai-profiles.ts";
import { cleanText } from "./remote-failure.ts";
import type { Checkpoint, JobRequest, JobStatus, Progress, Recognised } from "./types.ts";

const text = z.string().nullish();
const count = z.number().nullish();

const jobShape = z.looseObject({
  id: z.string().min(1),
  created_at: z.number().catch(0),
  status: z.string(),
  model: text,
  fine_tuned_model: text.catch(null),
  training_file: text,
  trained_tokens: count.catch(null),
  trained_steps: count.catch(null),
  total_steps: count.catch(null),
  metadata: z.record(z.string(), z.string()).nullish().catch(null),
  /** Nebius says `suffix`, Azure `user_provided_suffix`. */
  suffix: text.catch(null),
  user_provided_suffix: text.catch(null),
  error: z.looseObject({ code: text, message: text }).nullish().catch(null),
});
export type Job = z.infer<typeof jobShape>;

/** Reads an answer that should be a job. @throws RemoteError where it is none. */
export function readJob(answer: unknown, about: string): Job {
  const parsed = jobShape.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new RemoteError(`${about}: the answer is no fine-tuning job`, {
    code: "answer-malformed",
    next: "Run the same command again later.",
  });
}

/** What is spoken in a job: options decide it for custom servers. */
export function speechOf(
  profile: OpenaiProfile,
  options: OpenaiOptions,
): { dialect: OpenaiProfile["dialect"]; metadata: boolean } {
  return {
    dialect: options.dialect ?? profile.dialect,
    metadata: profile.metadata || options.findBy === "metadata",
  };
}

/** The text that stands in a tuned model's name, and leads back to its run. */
export function suffixOf(runKey: string): string {
  return `r-${runKey.slice(0, 12)}`;
}

/** The recipe's hyper-parameters and options in the profile's words. */
export function mapOptions(profile: OpenaiProfile, request: JobRequest): Mapped {
  const options = readOptions(request.options);
  const { dialect } = speechOf(profile, options);
  const mapped = mapHyperparameters(request.hyperparameters, rulesOf[dialect]);
  const add = (name: string, value: number | boolean | undefined): void => {
    if (value !== undefined) mapped.fields[name] = value;
  };
  const refuse = (name: keyof OpenaiOptions, why: string): void => {
    if (options[name] !== undefined) mapped.problems.push(`options.${name}: ${why}`);
  };
  if (dialect === "openai") {
    add("learning_rate_multiplier", options.learningRateMultiplier);
    for (const name of ["warmupRatio", "weightDecay", "packing"] as const)
      refuse(name, "OpenAI's API takes none");
    if (request.method === "dpo") add("beta", options.dpoBeta);
    else refuse("dpoBeta", "only method dpo has one");
  } else {
    add("warmup_ratio", options.warmupRatio);
    add("weight_decay", options.weightDecay);
    add("packing", options.packing);
    for (const name of ["learningRateMultiplier", "dpoBeta"] as const)
      refuse(name, "Nebius takes none");
  }
  return mapped;
}

/** The body of POST /fine_tuning/jobs. */
export function jobBodyOf(
  profile: OpenaiProfile,
  request: JobRequest,
  files: { train: string; validation?: string | undefined },
): Record<string, unknown> {
  const { dialect, metadata } = speechOf(profile, readOptions(request.options));
  const { fields: hyperparameters } = mapOptions(profile, request);
  const method =
    request.method === "sft"
      ? { type: "supervised", supervised: { hyperparameters } }
      : { type: "dpo", dpo: { hyperparameters } };
  return {
    model: request.model,
    training_file: files.train,
    ...(files.validation === undefined ? {} : { validation_file: files.validation }),
    ...(dialect === "openai" ? { method } : { hyperparameters }),
    seed: request.seed,
    suffix: suffixOf(request.runKey),
    ...(metadata ? { metadata: { run_key: request.runKey } } : {}),
  };
}

/** The one call that may cost: sent once. */
export async function createJob(
  wire: Wire,
  body: Record<string, unknown>,
  about: string,
): Promise<Job> {
  const made = await wire.create((client) =>
    client.fineTuning.jobs.create(body as unknown as JobParams, sendOnce),
  );
  return readJob(made, about);
}
type JobParams = Parameters<OpenAI["fineTuning"]["jobs"]["create"]>[0];

/** All jobs of the account, newest first as servers list them, each once. */
export async function* listJobs(
  client: OpenAI,
  runKey: string | null,
  about: string,
): AsyncGenerator<Job> {
  const seen = new Set<string>();
  const filter = runKey === null ? {} : { metadata: { run_key: runKey } };
  for await (const held of client.fineTuning.jobs.list({ limit: 100, ...filter })) {
    const job = readJob(held, about);
    // A server that knows no pages may give the first one for ever.
    if (seen.has(job.id)) return;
    seen.add(job.id);
    yield job;
  }
}

/** Whether a job is of a run: by any of what was sent with it. */
export function isOfRun(job: Job, runKey: string, fileIds: ReadonlySet<string>): boolean {
  const suffix = suffixOf(runKey);
  return (
    job.metadata?.["run_key"] === runKey ||
    job.suffix === suffix ||
    job.user_provided_suffix === suffix ||
    (job.fine_tuned_model ?? "").includes(suffix) ||
    (typeof job.training_file === "string" && fileIds.has(job.training_file))
  );
}

/** Holds a job against a run; `metadata` says whether the server keeps the run key there, `own` are the run's files. */
export function recogniseJob(
  job: Job,
  { runKey, model }: JobRequest,
  own: ReadonlySet<string>,
  metadata: boolean,
): Recognised {
  const suffix = job.suffix || job.user_provided_suffix;
  const key = metadata ? (job.metadata?.["run_key"] ?? "none") : null;
  return judgeTraits(isOfRun(job, runKey, own), [
    { name: "run key", told: key, fits: false },
    { name: "suffix", told: suffix, fits: suffix === suffixOf(runKey) },
    fileTrait(job.training_file, own),
    modelTrait(job.model, model),
  ]);
}

/** What a job's state means. @throws RemoteError for a state that is not known: the job itself goes on. */
export function statusOf(
  job: Job,
  billed: (trainedTokens: number) => number | null,
  secrets: readonly string[],
): JobStatus {
  const { status, trained_tokens: tokens, error } = job;
  const costUsd = typeof tokens === "number" ? billed(tokens) : null;
  switch (status) {
    case "validating_files":
    case "queued":
    case "pending":
      return { state: "queued", progress: null };
    case "running":
    case "paused":
    case "pausing":
    case "resuming":
      return { state: "running", progress: progressOfJob(job) };
    case "succeeded":
    case "cancelled":
      return { state: status, costUsd };
    case "failed": {
      const said = [error?.code, error?.message].filter((part) => part).join(": ");
      return {
        state: "failed",
        costUsd,
        reason: cleanText(said || "no reason given", secrets, 500),
      };
    }
    default:
      throw new RemoteError(
        `job ${job.id} is "${cleanText(status, secrets, 40)}", a state not known here`,
        {
          code: "job-state-unknown",
          next: "The job goes on; look for it on the provider's own pages.",
        },
      );
  }
}

function progressOfJob({ trained_steps: step, total_steps: steps }: Job): Progress | null {
  if (typeof step !== "number") return null;
  return stepOf(step, steps ?? 0, null);
}

function stepOf(step: number, steps: number, loss: number | null): Progress {
  return { phase: "tune", step, steps, loss, rate: null, tokensPerSecond: null };
}

const eventShape = z.looseObject({
  id: text,
  created_at: z.number().catch(0),
  level: z.string().catch("info"),
  message: z.string().catch(""),
  type: text,
  data: z.looseObject({}).nullish().catch(null),
});
export type JobEvent = z.infer<typeof eventShape> & { id: string };

/** Events that are not in `seen`, oldest first; they are put there. */
export async function readFreshEvents(
  client: OpenAI,
  jobId: string,
  seen: Set<string>,
): Promise<JobEvent[]> {
  const fresh: JobEvent[] = [];
  for await (const held of client.fineTuning.jobs.listEvents(jobId, { limit: 100 })) {
    const parsed = eventShape.safeParse(held);
    if (!parsed.success) continue;
    const { data } = parsed;
    // Newest come first: what follows a known one is known.
    const id = data.id || `${data.created_at} ${data.message}`;
    if (seen.has(id)) break;
    seen.add(id);
    fresh.push({ ...data, id });
  }
  return fresh.reverse();
}

const metricsShape = z.looseObject({
  step: z.number(),
  total_steps: count.catch(null),
  train_loss: count.catch(null),
});

/** The step that an event tells, null where it tells none. */
export function stepOfEvent({ data, message }: JobEvent): Progress | null {
  const metrics = metricsShape.safeParse(data ?? {});
  if (metrics.success) {
    const { step, total_steps: steps, train_loss: loss } = metrics.data;
    return stepOf(step, steps ?? 0, loss ?? null);
  }
  const said = /^Step (\d+)\/(\d+): training loss=([\d.]+)/.exec(message);
  return said === null ? null : stepOf(Number(said[1]), Number(said[2]), Number(said[3]));
}

/** An event as a line of a log. */
export function lineOfEvent(
  { created_at: at, level, message }: JobEvent,
  secrets: readonly string[],
): string {
  return `${new Date(at * 1000).toISOString()} ${level} ${cleanText(message, secrets)}`;
}

const checkpointShape = z.looseObject({
  step_number: z.number(),
  fine_tuned_model_checkpoint: z.string().min(1),
});

/** The states of the model that the provider kept, oldest first. */
export async function readCheckpoints(client: OpenAI, jobId: string): Promise<Checkpoint[]> {
  const found: Checkpoint[] = [];
  const seen = new Set<string>();
  for await (const held of client.fineTuning.jobs.checkpoints.list(jobId, { limit: 100 })) {
    const parsed = checkpointShape.safeParse(held);
    if (!parsed.success) continue;
    const { step_number: step, fine_tuned_model_checkpoint: name } = parsed.data;
    if (seen.has(name)) break;
    seen.add(name);
    found.push({ step, model: `openai:${name}` });
  }
  return found.sort((a, b) => a.step - b.step);
}
