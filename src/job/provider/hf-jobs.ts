// Hugging Face Jobs (huggingface.co/docs/hub/jobs, read 2026-11-24): rows and trainer in a private dataset repository, the
// trainer as a job over it, its result in a private model repository. Class B: jobs are found by a label that holds the
// run key. The time-out, always set, times the live price of the machine is a ceiling that the Hub keeps.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { RemoteError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { pause } from "../../base/pause.ts";
import { quoteWord } from "./call-lines.ts";
import { notYet } from "./follow-job.ts";
import { datasetRepoOf, hfRows, pushFiles, repoFiles } from "./hf-jobs-files.ts";
import {
  createdAtOf,
  failureOf,
  type Hub,
  type HubJob,
  listJobsWith,
  needAccount,
  openHub,
  readHardware,
  readJob,
  unknownAccount,
} from "./hf-jobs-hub.ts";
import { LogCursor, readConnection, readLog } from "./hf-jobs-logs.ts";
import { hfJobsOptionsSchema, readHfOptions } from "./hf-jobs-options.ts";
import { planHfJob } from "./hf-jobs-plan.ts";
import { makeServing } from "./hf-jobs-serving.ts";
import { labelOf, modelRepoOf, runLabel, servedName, trainParams } from "./hf-jobs-spec.ts";
import { isOver, statusOf } from "./hf-jobs-status.ts";
import { judgeTraits } from "./job-traits.ts";
import { cleanText, orAbsent } from "./remote-failure.ts";
import { type Done, doneOf, errorOf, progressOf } from "./trainer-events.ts";
import type { JobRequest, JobStatus, Progress, Provider } from "./types.ts";

/** What tests make shorter. */
export type HfTiming = Pick<Provider, "lookAgainMs" | "pollEveryMs"> & {
  /** For one question or create. */
  requestMs: number;
  idleMs: number;
};

const usualTiming: HfTiming = {
  lookAgainMs: [2000, 10_000, 30_000, 120_000],
  pollEveryMs: 10_000,
  requestMs: 60_000,
  idleMs: 120_000,
};

/** Of these a result has one: an adapter, or whole weights. */
const weightFiles = [
  "adapter_model.safetensors",
  "model.safetensors",
  "model.safetensors.index.json",
] as const;

/** Looks in a row that may fail while a job is followed. */
const patience = 5;

export function makeHfJobsProvider(timing: Partial<HfTiming> = {}): Provider {
  const { lookAgainMs, pollEveryMs, requestMs, idleMs } = { ...usualTiming, ...timing };

  async function open(request: JobRequest, context: Context): Promise<Hub> {
    const hub = await openHub(context, requestMs);
    needAccount(hub, request);
    return hub;
  }

  async function look(hub: Hub, { account }: JobRequest, jobId: string): Promise<HubJob> {
    return hub.call(`looking at job ${jobId}`, async (params) =>
      readJob(await hub.hub.getJob({ ...params, namespace: account, jobId })),
    );
  }

  async function statusNow(hub: Hub, request: JobRequest, jobId: string): Promise<JobStatus> {
    const job = await look(hub, request, jobId);
    const { flavor } = readHfOptions(request.options);
    // Only an ended job has a cost, and one whose price cannot be asked counts at its ceiling.
    const prices = isOver(job) ? await readHardware(hub).catch(() => null) : null;
    return statusOf(job, prices?.get(flavor) ?? null, hub.secrets);
  }

  async function cancel(hub: Hub, request: JobRequest, jobId: string): Promise<void> {
    try {
      await hub.call(`cancelling ${jobId}`, (params) =>
        hub.hub.cancelJob({ ...params, namespace: request.account, jobId }),
      );
    } catch (error) {
      // It may have ended, or been cancelled by a request whose answer was lost.
      const isEnded = await look(hub, request, jobId).then(isOver, () => false);
      if (!isEnded) throw error;
    }
  }

  async function* lines(hub: Hub, request: JobRequest, jobId: string, context: Context) {
    const over = async (): Promise<boolean> => isOver(await look(hub, request, jobId));
    const setting = { idleMs, againMs: pollEveryMs };
    yield* readLog(hub, request.account, jobId, over, context, setting);
  }

  return {
    name: "hf-jobs",
    caps: { methods: ["sft", "dpo"], models: null },
    limits: { minRows: 1, maxRows: null, maxBytes: null },
    prices: null,
    dedupe: "B",
    lookAgainMs,
    pollEveryMs,
    options: hfJobsOptionsSchema as unknown as Provider["options"],
    // A longer time-out is no other job, and whose account it is stands in the run key by itself.
    planOptions: ["timeoutMinutes", "tokenizer", "namespace", "serving"],
    modelName: (model) => model.replace(/^hf:/, ""),

    async account(context, options) {
      const { namespace } = readHfOptions(options);
      if (namespace !== null) return namespace;
      const hub = await openHub(context, requestMs);
      if (hub.token === null) return unknownAccount;
      return hub.call("asking whose token this is", async (params) => {
        try {
          return (await hub.hub.whoAmI(params)).name;
        } catch (error) {
          // Without an answer a plan can still be shown; nothing is sent on it.
          if (failureOf(error).status === null && !context.signal.aborted) return unknownAccount;
          throw error;
        }
      });
    },

    async plan(request, context) {
      return planHfJob(await openHub(context, requestMs), request, context);
    },

    async upload(request, context) {
      const hub = await open(request, context);
      const dir = join(request.jobDir, "upload");
      await mkdir(dir, { recursive: true });
      const rows = await hfRows(request, { to: dir, signal: context.signal });
      const repo = datasetRepoOf(request, rows);
      const { revision, sent } = await pushFiles(hub, repo, await repoFiles(rows, dir), context);
      context.log.debug(
        sent.length === 0
          ? `${repo}@${revision} holds these rows already`
          : `${repo}@${revision}: sent ${sent.join(", ")}`,
      );
      const { train, validation } = rows;
      return {
        files: {
          repo,
          revision,
          train: train.sha256,
          ...(validation ? { validation: validation.sha256 } : {}),
        },
      };
    },

    async submit(request, { files }, context) {
      const hub = await open(request, context);
      const pinned = {
        repo: files["repo"]!,
        revision: files["revision"]!,
        train: files["train"]!,
        validation: files["validation"] ?? null,
      };
      const made = await hub.create((params) =>
        hub.hub.runJob({ ...params, ...trainParams(request, pinned, params.accessToken) }),
      );
      const job = readJob(made);
      const askedSeconds = readHfOptions(request.options).timeoutMinutes * 60;
      const toldSeconds = job.timeoutSeconds ?? job.timeout ?? askedSeconds;
      if (toldSeconds > askedSeconds) {
        // The ceiling rests on the time-out: without it the job may cost what nobody approved.
        context.log.warn(
          `job ${job.id} was given ${toldSeconds} s instead of ${askedSeconds} s; cancelling it`,
        );
        await cancel(hub, request, job.id);
      }
      return { remoteId: job.id };
    },

    async find(request, context) {
      const hub = await open(request, context);
      const jobs = await listJobsWith(hub, request.account, runLabel, labelOf(request.runKey));
      return jobs.map((job) => ({ remoteId: job.id, createdAt: createdAtOf(job) }));
    },

    async recognise(remoteId, request, context) {
      const job = await orAbsent(look(await open(request, context), request, remoteId));
      if (job === null) return { kind: "absent" };
      const label = job.labels?.[runLabel];
      const isOwn = label === labelOf(request.runKey);
      const told = typeof label === "string" ? label : "none";
      return judgeTraits(isOwn, [{ name: `label ${runLabel}`, told, fits: false }]);
    },

    async poll(remoteId, request, context) {
      return statusNow(await open(request, context), request, remoteId);
    },

    async follow(remoteId, request, context, onProgress) {
      const hub = await open(request, context);
      const cursor = new LogCursor();
      let last: Progress | null = null;
      let reason: string | null = null;
      const readLines = async (): Promise<void> => {
        for await (const { message } of readConnection(
          hub,
          request.account,
          remoteId,
          cursor,
          context,
          { idleMs },
        )) {
          const progress = progressOf(message);
          if (progress) onProgress((last = progress));
          reason = errorOf(message) ?? reason;
        }
      };
      for (let failures = 0; ;) {
        if (context.signal.aborted) return { state: "running", progress: last };
        try {
          const status = await statusNow(hub, request, remoteId);
          failures = 0;
          if (status.state === "running" && last === null) onProgress((last = notYet));
          if (status.state !== "queued") await readLines();
          if (status.state === "failed" && reason !== null)
            return { ...status, reason: cleanText(reason, hub.secrets, 500) };
          if (status.state !== "queued" && status.state !== "running") return status;
        } catch (error) {
          if (context.signal.aborted) continue;
          if (!(error instanceof RemoteError) || ++failures >= patience) throw error;
          context.log.debug(`look ${failures} of ${patience} failed: ${error.message}`);
        }
        await pause(pollEveryMs * Math.max(1, failures), context);
      }
    },

    cancel: async (remoteId, request, context) =>
      cancel(await open(request, context), request, remoteId),

    async result(remoteId, request, context) {
      const hub = await open(request, context);
      let done: Done | null = null;
      const once = new LogCursor();
      for await (const { message } of readConnection(
        hub,
        request.account,
        remoteId,
        once,
        context,
        { idleMs: Math.min(idleMs, 10_000) },
      ))
        done = doneOf(message) ?? done;
      const repo = modelRepoOf(request);
      const isThere = await hub.call(`looking for ${repo}`, async (params) => {
        const pushed = done?.pushed?.repo === repo ? { revision: done.pushed.revision } : {};
        try {
          const found = await hub.hub.pathsInfo({
            ...params,
            repo: { type: "model", name: repo },
            ...pushed,
            paths: [...weightFiles],
          });
          // A repository that was made before training and never pushed to holds nothing to load.
          return found.length > 0;
        } catch (error) {
          if (failureOf(error).status === 404) return false;
          throw error;
        }
      });
      if (!isThere) return null;
      const { model, hyperparameters } = request;
      return {
        model: `hf:${repo}`,
        base: `hf:${model}`,
        modelDir: null,
        baseDir: null,
        steps: done?.steps ?? null,
        tokens: done?.tokens ?? null,
        checkpoints: [],
        call: callLines(repo, model, hyperparameters.lora?.rank ?? null),
      };
    },

    async *logs(remoteId, request, context) {
      const hub = await open(request, context);
      for await (const { message, timestamp } of lines(hub, request, remoteId, context)) {
        const at = Number.isNaN(timestamp.getTime()) ? "" : `${timestamp.toISOString()} `;
        yield `${at}${cleanText(message, hub.secrets)}`;
      }
    },

    serving: makeServing(open, cancel),
  };
}

/** Shell lines that serve the result on a machine with a GPU, and ask it. */
function callLines(repo: string, base: string, rank: number | null): string[] {
  const serve =
    rank === null
      ? `vllm serve ${repo} --served-model-name ${servedName}`
      : `vllm serve ${base} --enable-lora --lora-modules ${servedName}=${repo} --max-lora-rank ${Math.max(8, rank)}`;
  const body = { model: servedName, messages: [{ role: "user", content: "…" }] };
  return [
    `${serve}   # HF_TOKEN must be set: the repository is private`,
    `curl http://127.0.0.1:8000/v1/chat/completions -H "Content-Type: application/json" -d ${quoteWord(JSON.stringify(body))}`,
  ];
}

export const hfJobsProvider: Provider = makeHfJobsProvider();
