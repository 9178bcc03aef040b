// Together as a provider (docs.together.ai/docs/fine-tuning; OpenAPI of 2026-04-28): class C, a job is found by its
// suffix or by a training file that only its run has uploaded. The create waits for the API's own estimate.

import { join } from "node:path";
import type { Context } from "../../base/logger.ts";
import { askLines } from "./call-lines.ts";
import { followJob } from "./follow-job.ts";
import { sendOnce } from "./hosted-calls.ts";
import { fileTrait, judgeTraits, modelTrait } from "./job-traits.ts";
import { isRunFile } from "./openai-files.ts";
import { suffixOf } from "./openai-jobs.ts";
import { cleanText, orAbsent } from "./remote-failure.ts";
import {
  openTogether,
  readTogetherJob,
  togetherAccount,
  togetherBody,
  togetherKeyEnv,
  togetherOptions,
  togetherStatus,
  type TogetherApi,
  type TogetherJob,
} from "./together-client.ts";
import { bringTogetherFile, findTogetherFiles } from "./together-files.ts";
import {
  estimatePrice,
  planTogether,
  sayNone,
  togetherFileName,
  togetherFiles,
} from "./together-plan.ts";
import { planOptions, priceTokens } from "./token-price.ts";
import {
  JobRejected,
  type Hit,
  type JobRequest,
  type JobStatus,
  type Progress,
  type Provider,
} from "./types.ts";

export type TogetherTiming = Pick<Provider, "lookAgainMs" | "pollEveryMs">;

/** The provider; tests give it shorter waits. */
export function makeTogetherProvider(timing: Partial<TogetherTiming> = {}): Provider {
  const { lookAgainMs = [5000, 15_000, 60_000, 300_000], pollEveryMs = 5000 } = timing;

  const retrieve = (api: TogetherApi, remoteId: string) =>
    api.call(`looking at job ${remoteId}`, async (client) =>
      readTogetherJob(await client.fineTuning.retrieve(remoteId)),
    );

  async function statusNow(api: TogetherApi, remoteId: string): Promise<JobStatus> {
    const why = async (): Promise<string> => {
      const events = await readEvents(api, remoteId);
      const last = events.findLast(({ level, type }) => level === "error" || type === "job_error");
      return last?.message ?? "no reason given";
    };
    return togetherStatus(await retrieve(api, remoteId), why, api.secrets);
  }

  return {
    name: "together",
    caps: { methods: ["sft", "dpo"], models: null },
    limits: { minRows: 1, maxRows: null, maxBytes: null },
    prices: null,
    dedupe: "C",
    lookAgainMs,
    pollEveryMs,
    options: togetherOptions,
    planOptions,
    modelName: (model) => model,
    account: async (context) => togetherAccount(context),
    plan: planTogether,

    async upload(request, context) {
      const api = await openTogether(request, context);
      const to = join(request.jobDir, "upload");
      const files = await togetherFiles(request, { to, signal: context.signal });
      const held: Record<string, string> = {};
      for (const file of [files.train, ...(files.validation ? [files.validation] : [])]) {
        const name = togetherFileName(request, file);
        held[file.split] = await bringTogetherFile(
          api,
          { ...file, path: file.path! },
          name,
          pollEveryMs,
          context,
        );
      }
      return { files: held };
    },

    async submit(request, { files }, context) {
      const api = await openTogether(request, context);
      const body = togetherBody(request, {
        train: files["train"]!,
        validation: files["validation"],
      });
      await refuseAboveCeiling(api, request, body, context);
      const made = await api.create((client) =>
        client.fineTuning.create(
          body as unknown as Parameters<typeof client.fineTuning.create>[0],
          sendOnce,
        ),
      );
      return { remoteId: readTogetherJob(made).id };
    },

    async find(request, context) {
      const api = await openTogether(request, context);
      const own = await ownFiles(api, request);
      const { data } = await api.call("listing jobs", (client) => client.fineTuning.list());
      const hits: Hit[] = data.map(readTogetherJob).flatMap((job) => {
        const createdAt = Date.parse(job.created_at ?? "");
        return isOfRun(job, request, own)
          ? [{ remoteId: job.id, createdAt: Number.isNaN(createdAt) ? 0 : createdAt }]
          : [];
      });
      return hits.sort((a, b) => a.createdAt - b.createdAt || (a.remoteId < b.remoteId ? -1 : 1));
    },

    async recognise(remoteId, request, context) {
      const api = await openTogether(request, context);
      const job = await orAbsent(retrieve(api, remoteId));
      if (job === null) return { kind: "absent" };
      const own = await ownFiles(api, request);
      return judgeTraits(isOfRun(job, request, own), [
        { name: "suffix", told: job.suffix, fits: job.suffix === suffixOf(request.runKey) },
        fileTrait(job.training_file, own),
        modelTrait(job.model, request.model),
      ]);
    },

    async poll(remoteId, request, context) {
      return statusNow(await openTogether(request, context), remoteId);
    },

    async follow(remoteId, request, context, onProgress) {
      const api = await openTogether(request, context);
      let from = 0;
      const freshSteps = async (): Promise<Progress[]> => {
        const steps = (await readMetrics(api, remoteId)).filter(({ step }) => step > from);
        from = steps.at(-1)?.step ?? from;
        return steps;
      };
      return followJob(
        { pollEveryMs, status: () => statusNow(api, remoteId), freshSteps },
        context,
        onProgress,
      );
    },

    async cancel(remoteId, request, context) {
      const api = await openTogether(request, context);
      const { state } = await statusNow(api, remoteId);
      if (state !== "queued" && state !== "running") return;
      try {
        await api.call(`cancelling ${remoteId}`, (client) => client.fineTuning.cancel(remoteId));
      } catch (error) {
        // It may have ended, or been cancelled by a request whose answer was lost.
        const after = await retrieve(api, remoteId);
        if (!["cancel_requested", "cancelled", "completed", "error"].includes(after.status))
          throw error;
      }
    },

    async result(remoteId, request, context) {
      const api = await openTogether(request, context);
      const job = await retrieve(api, remoteId);
      const name = job.model_output_name;
      if (!name) return null;
      const { data } = await api.call(`listing checkpoints of ${remoteId}`, (client) =>
        client.fineTuning.listCheckpoints(remoteId),
      );
      const steps = [...new Set(data.map(({ step }) => step))].sort((a, b) => a - b);
      const metrics = await readMetrics(api, remoteId);
      return {
        model: `openai:${name}`,
        base: `openai:${request.model}`,
        modelDir: null,
        baseDir: null,
        steps: steps.at(-1) ?? metrics.at(-1)?.step ?? null,
        tokens: job.token_count ?? null,
        checkpoints: steps.map((step) => ({ step, model: `openai:${name}:${step}` })),
        at: { baseUrl: api.baseUrl, keyEnv: togetherKeyEnv },
        call: callLines(api.baseUrl, name),
      };
    },

    async *logs(remoteId, request, context) {
      const api = await openTogether(request, context);
      const said = new Set<string>();
      for (const { created_at: at, level, message } of await readEvents(api, remoteId)) {
        const line = `${at} ${level ?? "info"} ${cleanText(message, api.secrets)}`;
        // Events have no id of their own.
        if (said.has(line)) continue;
        said.add(line);
        yield line;
      }
    },
  };
}

async function ownFiles(api: TogetherApi, { runKey }: JobRequest): Promise<Set<string>> {
  return new Set(await findTogetherFiles(api, (name) => isRunFile(name, runKey)));
}

/** Whether a job is of a run: by its suffix, or by a training file that the run alone has. */
function isOfRun(job: TogetherJob, { runKey }: JobRequest, own: ReadonlySet<string>): boolean {
  const suffix = suffixOf(runKey);
  return (
    job.suffix === suffix ||
    (job.model_output_name ?? "").includes(suffix) ||
    own.has(job.training_file ?? "")
  );
}

/** The API's estimate is the last word before money is spent. @throws JobRejected: nothing was created. */
async function refuseAboveCeiling(
  api: TogetherApi,
  request: JobRequest,
  body: Record<string, unknown>,
  { signal, log }: Context,
): Promise<void> {
  const { pricePerMillionTokens: perMillionUsd, evals } = togetherOptions.parse(request.options);
  const estimate = await estimatePrice(api, body).catch((error: Error) => {
    throw new JobRejected(`there is no estimate, so nothing was created: ${error.message}`, {
      code: "estimate-failed",
      next: "Run the same command again later.",
    });
  });
  if (estimate.kind === "none") {
    if (!estimate.reason.endsWith("_invalid")) {
      log.warn(`together: ${sayNone(estimate)}`);
      return;
    }
    throw new JobRejected(`Together cannot use a file (${estimate.reason}); nothing was created`, {
      code: "file-invalid",
      next: "`rectune validate` on the job's upload folder may tell more.",
    });
  }
  if (perMillionUsd === undefined) return;
  const files = await togetherFiles(request, { signal });
  const { epochs } = request.hyperparameters;
  const { ceilingUsd } = priceTokens(files, { epochs, evals }, { perMillionUsd });
  const { usd, allowed } = estimate;
  if (allowed && usd <= ceilingUsd) return;
  const why = allowed
    ? `Together estimates ${usd.toFixed(2)} USD, above the ceiling of ${ceilingUsd.toFixed(2)} USD`
    : "the account's limit at Together does not allow this job";
  throw new JobRejected(`${why}; nothing was created`, {
    code: "estimate-above-ceiling",
    next: "Set options.pricePerMillionTokens as the price page has it, then run the same command again.",
  });
}

type Event = { created_at: string; level?: string | null; message: string; type: string };

async function readEvents(api: TogetherApi, remoteId: string): Promise<Event[]> {
  const { data } = await api.call(`reading events of ${remoteId}`, (client) =>
    client.fineTuning.listEvents(remoteId),
  );
  return [...data].sort((a, b) =>
    a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0,
  );
}

/** The training curve, a step a line, in order. */
async function readMetrics(api: TogetherApi, remoteId: string): Promise<Progress[]> {
  const { metrics = [] } = await api.call(`reading metrics of ${remoteId}`, (client) =>
    client.fineTuning.listMetrics(remoteId),
  );
  return metrics
    .flatMap((held): Progress[] => {
      const step = held["train/global_step"];
      if (typeof step !== "number") return [];
      const loss = held["train/loss"] ?? null;
      const rate = held["train/learning_rate"] ?? null;
      return [{ phase: "tune", step, steps: 0, loss, rate, tokensPerSecond: null }];
    })
    .sort((a, b) => a.step - b.step);
}

function callLines(baseUrl: string, model: string): string[] {
  return [
    "# where the base is not served with adapters, start a dedicated endpoint first; it costs by the minute",
    ...askLines(baseUrl, togetherKeyEnv, model),
  ];
}

export const togetherProvider = makeTogetherProvider();
