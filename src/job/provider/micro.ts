// The embedded trainer as a provider: the job is a folder, the work is done by whoever watches it. Class A: the folder's
// name is the run key, so a second submit finds the first. A killed run is taken up from its checkpoint by the next watch.

import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DataError, RectuneError } from "../../base/errors.ts";
import { pathKind, writeFileAtomic } from "../../base/files.ts";
import { hashOf } from "../../base/ids.ts";
import { prettyJson } from "../../base/json.ts";
import type { Context } from "../../base/logger.ts";
import { microOptionsSchema } from "../micro/options.ts";
import type { Trained, TrainRequest } from "../micro/train-model.ts";
import { holdFolder, holderOf } from "./hold-folder.ts";
import { placeOnce, readKeyedFile } from "./keyed-file.ts";
import type { JobPlan, JobRequest, JobStatus, Progress, Provider } from "./types.ts";

/** The trainer's one entry; injected in tests. */
export type RunMicro = (
  run: Omit<TrainRequest, "texts" | "extraTokens" | "model" | keyof TrainLimits> & {
    datasetDir: string;
    model: string;
    langs: string[];
    hyperparameters: TrainLimits;
  },
) => Promise<Trained>;
type TrainLimits = Pick<TrainRequest, "epochs" | "learningRate" | "batchSize" | "maxTokens">;

const recordName = "micro.json";
const cancelEveryMs = 500;

/** What stands in the folder in place of a server. */
type MicroRecord = {
  runKey: string;
  state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
  createdAt: number;
  reason: string | null;
  steps: number | null;
  tokens: number | null;
};

const gone: JobStatus = { state: "failed", costUsd: 0, reason: "the job's folder is gone" };

/** Makes the provider around a trainer; `load` is called when training starts, so that plans stay light. */
export function makeMicroProvider(load: () => Promise<RunMicro>): Provider {
  const status = (record: MicroRecord): JobStatus => {
    switch (record.state) {
      case "queued":
      case "running":
        return { state: record.state, progress: null };
      case "failed":
        return { state: "failed", costUsd: 0, reason: record.reason ?? "unknown" };
      default:
        return { state: record.state, costUsd: 0 };
    }
  };
  return {
    name: "micro",
    caps: { methods: ["sft"], models: ["d64"] },
    limits: { minRows: 1, maxRows: null, maxBytes: null },
    prices: null,
    dedupe: "A",
    lookAgainMs: [],
    pollEveryMs: cancelEveryMs,
    options: microOptionsSchema as unknown as Provider["options"],
    modelName: (model) => model.replace(/^micro:/, ""),
    account: () => Promise.resolve("here"),
    plan: (request) => Promise.resolve(planMicro(request)),
    upload: () => Promise.resolve({ files: {} }),

    async submit(request, _uploaded, context) {
      const record: MicroRecord = {
        runKey: request.runKey,
        state: "queued",
        createdAt: context.now(),
        reason: null,
        steps: null,
        tokens: null,
      };
      await placeOnce(recordPathOf(request), record);
      return { remoteId: request.runKey };
    },

    async find(request) {
      const record = await findRecord(request);
      return record ? [{ remoteId: record.runKey, createdAt: record.createdAt }] : [];
    },

    async poll(_remoteId, request) {
      const record = await findRecord(request);
      return record ? status(record) : gone;
    },

    async cancel(_remoteId, request) {
      const record = await findRecord(request);
      if (record?.state === "queued" || record?.state === "running") {
        await writeRecord(request, { ...record, state: "cancelled" });
      }
    },

    async result(_remoteId, request) {
      const record = await findRecord(request);
      if (!record) return null;
      const modelDir = join(request.jobDir, "model");
      const baseDir = baseDirOf(request);
      for (const dir of [modelDir, baseDir]) {
        if ((await pathKind(dir)) !== "folder") return null;
      }
      return {
        model: `micro:${modelDir}`,
        base: `micro:${baseDir}`,
        modelDir: relative(request.jobDir, modelDir),
        baseDir: relative(request.jobDir, baseDir),
        steps: record.steps,
        tokens: record.tokens,
        checkpoints: [],
        call: [],
      };
    },

    async follow(_remoteId, request, context, onProgress) {
      for (let said = false; ; said = true) {
        const before = await findRecord(request);
        if (!before) return gone;
        if (before.state !== "queued" && before.state !== "running") return status(before);
        if (context.signal.aborted) return status(before);
        using held = holdFolder(request.jobDir);
        if (held) return status(await runHere(await load(), request, context, onProgress));
        if (!said)
          context.log.info(
            `process ${holderOf(request.jobDir)?.split("@")[0] ?? "?"} is training this job; waiting for it`,
          );
        await sleep(cancelEveryMs, undefined, { signal: context.signal }).catch(() => undefined);
      }
    },
  };
}

/** The base is shared by jobs that train on the same data from the same start; how long the tune lasts is no part of it. */
export function baseDirOf(request: JobRequest): string {
  const { dataset, model, seed, options, stateDir } = request;
  const { epochs: _epochs, ...hyperparameters } = request.hyperparameters;
  const key = { dataset: dataset.sha256, model, seed, options, hyperparameters };
  return join(stateDir, "bases", hashOf(key).slice(0, 12));
}

async function runHere(
  run: RunMicro,
  request: JobRequest,
  context: Context,
  onProgress: (progress: Progress) => void,
): Promise<MicroRecord> {
  // The holder before may have finished between the look at the record and the lock.
  const record = await readRecord(request);
  if (record.state !== "queued" && record.state !== "running") return record;
  await writeRecord(request, { ...record, state: "running" });
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const cancelled = async (): Promise<boolean> => (await readRecord(request)).state === "cancelled";
  const timer = setInterval(() => {
    void cancelled().then(
      (is) => is && stop.abort(),
      () => undefined,
    );
  }, cancelEveryMs);
  try {
    const { epochs, learningRate, batchSize, maxTokens } = request.hyperparameters;
    const made = await run({
      datasetDir: request.dataset.dir,
      jobDir: request.jobDir,
      baseDir: baseDirOf(request),
      model: request.model,
      langs: request.dataset.langs,
      hyperparameters: { epochs, learningRate, batchSize, maxTokens },
      options: microOptionsSchema.parse(request.options),
      seed: request.seed,
      threads: context.threads,
      signal,
      log: context.log,
      now: context.now,
      onMetric: onProgress,
    });
    if (await cancelled()) return { ...record, state: "cancelled" };
    const { steps, tokens } = made;
    const state = made.finished ? "succeeded" : "running";
    return await writeRecord(request, { ...record, state, steps, tokens });
  } catch (error) {
    if (await cancelled()) return { ...record, state: "cancelled" };
    // A full disk or a lost file is no verdict on the job: it stays as it is, and the next watch takes it up again.
    if (!(error instanceof Error) || (error as NodeJS.ErrnoException).syscall !== undefined)
      throw error;
    if (error instanceof RectuneError && error.exitCode === 130)
      return { ...record, state: "running" };
    context.log.debug(error.stack ?? error.message);
    return await writeRecord(request, { ...record, state: "failed", reason: error.message });
  } finally {
    clearInterval(timer);
  }
}

function planMicro({ model, method, hyperparameters, dataset }: JobRequest): JobPlan {
  const problems: string[] = [];
  if (model !== "d64") problems.push(`the embedded trainer has no model "${model}"; known: d64`);
  if (method !== "sft") problems.push(`the embedded trainer knows method sft, not ${method}`);
  if (hyperparameters.lora !== null)
    problems.push("the embedded trainer trains all weights; set hyperparameters.lora to null");
  return {
    rows: dataset.rows.train,
    tokens: null,
    steps: null,
    estimateUsd: 0,
    ceilingUsd: 0,
    price: null,
    requests: [],
    checks: [],
    notes: ["runs on this machine and costs nothing"],
    problems,
  };
}

async function writeRecord(request: JobRequest, record: MicroRecord): Promise<MicroRecord> {
  await writeFileAtomic(recordPathOf(request), prettyJson(record));
  return record;
}

function findRecord(request: JobRequest): Promise<MicroRecord | null> {
  const accept = (value: unknown): MicroRecord | null => value as MicroRecord | null;
  return readKeyedFile(recordPathOf(request), request.runKey, "record", accept);
}

function recordPathOf({ jobDir }: JobRequest): string {
  return join(jobDir, recordName);
}

async function readRecord(request: JobRequest): Promise<MicroRecord> {
  const record = await findRecord(request);
  if (record) return record;
  throw new DataError("the job's folder is gone", {
    code: "job-folder-gone",
    where: request.jobDir,
    next: "Run the same command again: it starts a new attempt.",
  });
}

export const microProvider: Provider = makeMicroProvider(
  async () => (await import("./run-micro.ts")).runMicro,
);
