// The seam to where a fine-tune runs: one object a provider, listed in index.ts. The engine (submit, reconcile, watch)
// calls these methods and knows no provider by name; a hosted API and the embedded trainer look the same to it.

import type { z } from "zod";
import { RectuneError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";

/** How a provider treats twins: A refuses them, B finds a job by its key, C only by natural traits (name, file). */
export type DedupeClass = "A" | "B" | "C";

export const methods = ["sft", "dpo"] as const;
export type Method = (typeof methods)[number];

/** `auto` leaves the choice to the provider; what it chose stands in the plan. */
export type Hyperparameters = {
  epochs: number;
  learningRate: number | "auto";
  batchSize: number | "auto";
  lora: { rank: number; alpha: number } | null;
  /** Longest example in tokens; longer ones are cut or dropped as the provider says in its plan. */
  maxTokens: number;
};

/** A complete dataset folder and what a trainer needs to know of it. */
export type DatasetRef = {
  name: string;
  /** Absolute path. */
  dir: string;
  /** Of the files that training reads: examples of train and validation, and the catalog. */
  sha256: string;
  langs: string[];
  rows: { train: number; validation: number };
  /** Bytes of train.jsonl and validation.jsonl. */
  bytes: { train: number; validation: number };
  /** The log's licence, where it forbids passing on what is made of it. */
  forbids?: string;
};

/** What a job is, without where it stands; kept in the ledger, so it never holds a secret. */
export type JobSpec = {
  name: string;
  dataset: DatasetRef;
  hyperparameters: Hyperparameters;
  /** Checked by the provider's own schema, defaults filled in. */
  options: Record<string, unknown>;
  seed: number;
};

/** A job as a provider sees it. */
export type JobRequest = JobSpec & {
  /** SHA-256 hex; travels in the job's metadata, label, suffix or chosen id. */
  runKey: string;
  account: string;
  model: string;
  method: Method;
  /** Folder of the job on this machine, absolute; made by the engine before `submit`. */
  jobDir: string;
  /** Folder that outlives the job, for what several jobs share. */
  stateDir: string;
};

/** A call that the job would make, for --dry-run: exact, but secrets stand as `***` and hashes not known yet as `<…>`. */
export type PlannedRequest = { method: "GET" | "POST" | "PUT"; url: string; body: unknown };

/** What would be sent and cost at most; nothing that creates or costs is sent to make it. */
export type JobPlan = {
  rows: number;
  /** Of one pass over the training rows, counted with the base model's tokenizer where that is known. */
  tokens: number | null;
  steps: number | null;
  estimateUsd: number;
  /** Never exceeded, by a limit that the provider enforces or a price times a limit; this is what gets approved. */
  ceilingUsd: number;
  /** Where the price comes from and the day it was read (YYYY-MM-DD); null where a job costs nothing. */
  price: { source: string; checked: string } | null;
  /** Calls in the order they would be made; empty where nothing leaves this machine. */
  requests: PlannedRequest[];
  /** Limits that were checked and hold, a line each. */
  checks: string[];
  notes: string[];
  /** Reasons why this job cannot run; empty for a sound plan. */
  problems: string[];
};

/** A job at the provider that carries the run key. */
export type Hit = { remoteId: string; /** Milliseconds since the epoch. */ createdAt: number };

/** What a provider tells of the job under an id: whether it is the run's, another's, or neither can be told. */
export type Recognised =
  | { kind: "absent" }
  | { kind: "own" }
  | { kind: "other"; why: string }
  | { kind: "untold"; checked: string[]; unchecked: string[] };

export type Progress = {
  phase: "base" | "tune";
  step: number;
  /** 0 where the provider tells no total. */
  steps: number;
  loss: number | null;
  rate: number | null;
  tokensPerSecond: number | null;
};

export type JobStatus =
  | { state: "queued"; progress: Progress | null }
  | { state: "running"; progress: Progress | null }
  | { state: "succeeded"; costUsd: Billed }
  | { state: "cancelled"; costUsd: Billed }
  | { state: "failed"; costUsd: Billed; reason: string };

/** Dollars that the provider says it billed; null where it does not say, and then the ceiling counts as spent. */
export type Billed = number | null;

/** A state of the model during training, that can be asked like the result. */
export type Checkpoint = { step: number; model: string };

/** What a finished job left: model names as in recipes (`micro:DIR`, `openai:ft:…`). */
export type JobResult = {
  model: string;
  base: string;
  /** Folders inside this machine, relative to the job's folder; null for a hosted model. */
  modelDir: string | null;
  baseDir: string | null;
  steps: number | null;
  tokens: number | null;
  /** Oldest first; empty where the provider keeps none. */
  checkpoints: Checkpoint[];
  /** Where hosted models answer under these names, and the variable with the key; absent where the names alone tell. */
  at?: { baseUrl: string; keyEnv: string };
  /** Shell lines that call the model, for `jobs show`; none where only rectune asks it. */
  call: string[];
};

/** A tuned model that answers at an address of its own, and costs by the hour until it is released. */
export type Served = { model: string; baseUrl: string; keyEnv: string };

/** Serving for an eval. A lease is recorded before `start` and until `release` has been answered. */
export type Serving = {
  /** Dollars at most for `minutes`, and why no more: the lease ends by itself then, or its price is a price an hour. */
  ceilingUsd(minutes: number, request: JobRequest, context: Context): Promise<number>;
  /** The one call that may cost; `key` travels with it as a run key does. Errors are as for `submit`. */
  start(
    key: string,
    minutes: number,
    result: JobResult,
    request: JobRequest,
    context: Context,
  ): Promise<{ remoteId: string }>;
  find(key: string, request: JobRequest, context: Context): Promise<Hit[]>;
  /** Where it answers; null while it is not up yet. @throws RemoteError when it never will be. */
  ready(remoteId: string, request: JobRequest, context: Context): Promise<Served | null>;
  /** Idempotent. */
  release(remoteId: string, request: JobRequest, context: Context): Promise<{ costUsd: Billed }>;
};

export type Limits = {
  minRows: number;
  maxRows: number | null;
  maxBytes: number | null;
};

/** US dollars, with the day they were checked; null where a job costs nothing. */
export type Prices = { checked: string; perMillionTokens: Record<string, number> } | null;

/** Files brought to the provider, by role. Uploading the same bytes twice must give the same answer. */
export type Uploaded = { files: Record<string, string> };

export type Provider = {
  name: string;
  caps: { methods: readonly Method[]; models: readonly string[] | null };
  limits: Limits;
  prices: Prices;
  dedupe: DedupeClass;
  /** Waits before each further look when `find` saw nothing after an unanswered create: how long a list may lag. */
  lookAgainMs: readonly number[];
  /** Time between polls, for providers without `follow`. */
  pollEveryMs: number;
  /** The `options` of a recipe. */
  options: z.ZodType<Record<string, unknown>>;
  /** Options that plans and calls alone read (a price, a timeout): another value of theirs makes no other job. */
  planOptions?: readonly string[];
  /** The name of a model as this provider has it, so that spellings of one model share a run key. */
  modelName(model: string): string;
  /** Whose money and quota; part of the run key. `options` are the recipe's. */
  account(context: Context, options: Record<string, unknown>): Promise<string>;
  plan(request: JobRequest, context: Context): Promise<JobPlan>;
  upload(request: JobRequest, context: Context): Promise<Uploaded>;
  /**
   * The one call that may cost money, sent once. Throws JobRejected when it is proven that no job exists; any other
   * error means that nobody knows.
   */
  submit(request: JobRequest, uploaded: Uploaded, context: Context): Promise<{ remoteId: string }>;
  /** All jobs that carry the run key, oldest first. */
  find(request: JobRequest, context: Context): Promise<Hit[]>;
  /**
   * Holds the job under an id against the run, where `find` may not list it yet. Absent where `find` never lags: there
   * it alone tells which job is the run's.
   */
  recognise?(remoteId: string, request: JobRequest, context: Context): Promise<Recognised>;
  poll(remoteId: string, request: JobRequest, context: Context): Promise<JobStatus>;
  /** Idempotent. */
  cancel(remoteId: string, request: JobRequest, context: Context): Promise<void>;
  /** What a succeeded job left; null when it is gone. */
  result(remoteId: string, request: JobRequest, context: Context): Promise<JobResult | null>;
  /** Takes part in the job until it ends or the signal aborts, and tells the last status; instead of polling. */
  follow?(
    remoteId: string,
    request: JobRequest,
    context: Context,
    onProgress: (progress: Progress) => void,
  ): Promise<JobStatus>;
  /** The provider's own log of a job. */
  logs?(remoteId: string, request: JobRequest, context: Context): AsyncIterable<string>;
  /** Absent where a tuned model answers without a lease. */
  serving?: Serving;
};

/** The provider answered that it made no job (a 4xx), or the request provably never left. */
export class JobRejected extends RectuneError {
  override readonly exitCode = 4;
}
