// Providers on the OpenAI wire (POST /files, /uploads, /fine_tuning/jobs; OpenAPI 2.3.0 of 2026-08-21): one adapter,
// profiles as data. OpenAI's own endpoint closes to new jobs on 2027-01-06; the wire lives on at others.

import { join } from "node:path";
import type { Context } from "../../base/logger.ts";
import { askLines, quoteWord } from "./call-lines.ts";
import { exportRows, type RowFile } from "./export-rows.ts";
import { followJob } from "./follow-job.ts";
import { accountOf, openWire, type Wire } from "./openai-client.ts";
import { bringFile, findFiles, isRunFile, type FileSetting } from "./openai-files.ts";
import {
  createJob,
  isOfRun,
  jobBodyOf,
  lineOfEvent,
  listJobs,
  readCheckpoints,
  readFreshEvents,
  readJob,
  recogniseJob,
  speechOf,
  statusOf,
  stepOfEvent,
} from "./openai-jobs.ts";
import { optionsSchemaOf, readOptions } from "./openai-options.ts";
import { formatOf, isValidated, nameOf, planOpenai } from "./openai-plan.ts";
import { openaiProfiles, type OpenaiProfile } from "./openai-profiles.ts";
import { orAbsent } from "./remote-failure.ts";
import { planOptions } from "./token-price.ts";
import type { Hit, JobRequest, JobStatus, Provider, Uploaded } from "./types.ts";

const mebibyte = 1024 * 1024;

/** What tests make smaller. */
export type WireTiming = Pick<Provider, "lookAgainMs" | "pollEveryMs"> &
  Pick<FileSetting, "singleBytes" | "partBytes">;

const usualTiming: WireTiming = {
  lookAgainMs: [5000, 15_000, 60_000, 300_000],
  pollEveryMs: 5000,
  // POST /files takes 512 MB; a part of an upload 64 MB (descriptions of both in OpenAPI 2.3.0).
  singleBytes: 512 * mebibyte,
  partBytes: 64 * mebibyte,
};

/** The provider of a profile. */
export function makeOpenaiProvider(
  profile: OpenaiProfile,
  timing: Partial<WireTiming> = {},
): Provider {
  const { lookAgainMs, pollEveryMs, singleBytes, partBytes } = { ...usualTiming, ...timing };
  const { waitsForFiles, name } = profile;
  const setting: FileSetting = { singleBytes, partBytes, waitsForFiles, pollEveryMs };
  const open = (request: JobRequest, context: Context): Promise<Wire> =>
    openWire(profile, request, context);

  async function retrieve(wire: Wire, remoteId: string) {
    return wire.call(`looking at job ${remoteId}`, async (client) =>
      readJob(await client.fineTuning.jobs.retrieve(remoteId), name),
    );
  }

  /** A file of this run alone leads to its job even where a server tells neither suffix nor metadata. */
  async function ownFiles(wire: Wire, { options, runKey }: JobRequest): Promise<string[]> {
    const { metadata } = speechOf(profile, readOptions(options));
    return metadata ? [] : findFiles(wire, (held) => isRunFile(held, runKey));
  }

  async function statusNow(
    wire: Wire,
    remoteId: string,
    { options }: JobRequest,
  ): Promise<JobStatus> {
    const price = readOptions(options).pricePerMillionTokens;
    const billed = (tokens: number): number | null =>
      profile.tellsBilledTokens && price !== undefined ? (tokens * price) / 1e6 : null;
    return statusOf(await retrieve(wire, remoteId), billed, [wire.place.key]);
  }

  return {
    name,
    caps: { methods: profile.methods, models: null },
    limits: {
      minRows: profile.limits.minRows ?? 1,
      maxRows: profile.limits.maxRows,
      maxBytes: null,
    },
    prices: null,
    dedupe: profile.dedupe,
    lookAgainMs,
    pollEveryMs,
    options: optionsSchemaOf(profile),
    planOptions,
    modelName: (model) => model,
    account: async (context) => accountOf(profile, context),
    plan: (request, context) => planOpenai(profile, request, setting, context),

    async upload(request, context) {
      const wire = await open(request, context);
      const files = await exportRows(request, formatOf(request), {
        to: join(request.jobDir, "upload"),
        signal: context.signal,
      });
      const bring = (file: RowFile): Promise<string> => {
        const named = nameOf(profile, request, file);
        return bringFile(wire, { ...file, path: file.path! }, named, setting, context);
      };
      const train = await bring(files.train);
      const validation = isValidated(request, files) ? await bring(files.validation) : null;
      return { files: { train, ...(validation === null ? {} : { validation }) } };
    },

    async submit(request, uploaded, context) {
      const wire = await open(request, context);
      const body = jobBodyOf(profile, request, fileIdsOf(uploaded));
      const job = await createJob(wire, body, `${name}, create`);
      return { remoteId: job.id };
    },

    async find(request, context) {
      const wire = await open(request, context);
      const { metadata } = speechOf(profile, readOptions(request.options));
      const fileIds = new Set(await ownFiles(wire, request));
      return wire.call("listing jobs", async (client) => {
        const hits: Hit[] = [];
        for await (const job of listJobs(client, metadata ? request.runKey : null, name)) {
          if (isOfRun(job, request.runKey, fileIds))
            hits.push({ remoteId: job.id, createdAt: job.created_at * 1000 });
        }
        return hits.sort((a, b) => a.createdAt - b.createdAt || (a.remoteId < b.remoteId ? -1 : 1));
      });
    },

    async recognise(remoteId, request, context) {
      const wire = await open(request, context);
      const job = await orAbsent(retrieve(wire, remoteId));
      if (job === null) return { kind: "absent" };
      const { metadata } = speechOf(profile, readOptions(request.options));
      const own = new Set(await ownFiles(wire, request));
      return recogniseJob(job, request, own, metadata);
    },

    async poll(remoteId, request, context) {
      return statusNow(await open(request, context), remoteId, request);
    },

    async follow(remoteId, request, context, onProgress) {
      const wire = await open(request, context);
      const seen = new Set<string>();
      return followJob(
        {
          pollEveryMs,
          status: () => statusNow(wire, remoteId, request),
          freshSteps: () =>
            wire.call(`reading events of ${remoteId}`, async (client) =>
              (await readFreshEvents(client, remoteId, seen)).flatMap(
                (event) => stepOfEvent(event) ?? [],
              ),
            ),
        },
        context,
        onProgress,
      );
    },

    async cancel(remoteId, request, context) {
      const wire = await open(request, context);
      const before = await statusNow(wire, remoteId, request);
      if (before.state !== "queued" && before.state !== "running") return;
      try {
        await wire.call(`cancelling ${remoteId}`, (client) =>
          client.fineTuning.jobs.cancel(remoteId),
        );
      } catch (error) {
        // It may have ended, or been cancelled by a request whose answer was lost.
        const after = await statusNow(wire, remoteId, request);
        if (after.state === "queued" || after.state === "running") throw error;
      }
    },

    async result(remoteId, request, context) {
      const wire = await open(request, context);
      const job = await retrieve(wire, remoteId);
      const checkpoints = await wire.call(`listing checkpoints of ${remoteId}`, (client) =>
        readCheckpoints(client, remoteId),
      );
      const last = checkpoints.at(-1);
      const model = job.fine_tuned_model ? `openai:${job.fine_tuned_model}` : last?.model;
      if (model === undefined) return null;
      return {
        model,
        base: `openai:${request.model}`,
        modelDir: null,
        baseDir: null,
        steps: job.total_steps ?? job.trained_steps ?? last?.step ?? null,
        tokens: job.trained_tokens ?? null,
        checkpoints,
        at: { baseUrl: wire.place.baseUrl, keyEnv: wire.place.keyEnv },
        call: callLines(profile, wire, model.slice("openai:".length), request),
      };
    },

    async *logs(remoteId, request, context) {
      const wire = await open(request, context);
      const events = await wire.call(`reading events of ${remoteId}`, (client) =>
        readFreshEvents(client, remoteId, new Set()),
      );
      for (const event of events) yield lineOfEvent(event, [wire.place.key]);
    },
  };
}

function fileIdsOf({ files }: Uploaded): { train: string; validation?: string } {
  const { train, validation } = files;
  return { train: train!, ...(validation === undefined ? {} : { validation }) };
}

/** Shell lines that ask the model. The key stays in the environment. */
function callLines(
  profile: OpenaiProfile,
  { place }: Wire,
  model: string,
  request: JobRequest,
): string[] {
  const ask = askLines(place.baseUrl, place.keyEnv, model);
  if (profile.name === "azure")
    return [
      `# deploy ${model} in the Azure portal first; the deployment's name is the model`,
      ...ask,
    ];
  if (profile.name !== "nebius") return ask;
  const root = place.baseUrl.replace(/\/v1$/, "");
  const custom = { name: request.name, base_model: request.model, source: model };
  return [
    "# once: makes a model of the checkpoint; its answer names the model to ask for",
    `curl ${root}/v0/models -H "Authorization: Bearer $${place.keyEnv}" -H "Content-Type: application/json" \\`,
    `  -d ${quoteWord(JSON.stringify(custom))}`,
    ...ask,
  ];
}

export const openaiProvider = makeOpenaiProvider(openaiProfiles.openai);
export const azureProvider = makeOpenaiProvider(openaiProfiles.azure);
export const nebiusProvider = makeOpenaiProvider(openaiProfiles.nebius);
export const customProvider = makeOpenaiProvider(openaiProfiles.custom);
