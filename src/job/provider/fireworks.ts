// Fireworks (docs.fireworks.ai/fine-tuning, read 2026-11-24): rows as dataset resources, jobs under ids chosen here. Class
// A: an unanswered create may be sent again, as a job of this id is made once at most. Tuned models answer on a deployment
// alone, which an eval leases.

import { join } from "node:path";
import { RemoteError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { openaiProfiles } from "../../dataset/format/openai-limits.ts";
import { askLines } from "./call-lines.ts";
import { exportRows, type RowFile, type RowFiles } from "./export-rows.ts";
import {
  bringDataset,
  createDatasetAsk,
  datasetIdOf,
  type DatasetSetting,
} from "./fireworks-datasets.ts";
import {
  createJobAsk,
  dollarsOf,
  type FireworksJob,
  isJobOf,
  jobIdOf,
  jobPath,
  jobShape,
  lookAtJob,
  mapFireworks,
  statusOf,
} from "./fireworks-jobs.ts";
import {
  fireworksOptionsSchema,
  fireworksPrice,
  fireworksPricePage,
  readFireworksOptions,
} from "./fireworks-options.ts";
import { makeServing } from "./fireworks-serving.ts";
import {
  type Ask,
  askAccount,
  findPlace,
  keyEnv,
  openWire,
  unknownAccount,
  type Wire,
} from "./fireworks-wire.ts";
import { planHosted } from "./hosted-plan.ts";
import { cleanText } from "./remote-failure.ts";
import { planOptions, priceTokens, type TokenPrice } from "./token-price.ts";
import type { JobPlan, JobRequest, PlannedRequest, Provider } from "./types.ts";

/** What tests make smaller. */
export type FireworksTiming = Pick<Provider, "lookAgainMs" | "pollEveryMs"> &
  Pick<DatasetSetting, "formBytes">;

const usualTiming: FireworksTiming = {
  // An id is looked at, not a list: it shows what is there.
  lookAgainMs: [2000, 10_000],
  pollEveryMs: 10_000,
  formBytes: 150_000_000,
};

const limits = openaiProfiles["fireworks"]!;

export function makeFireworksProvider(timing: Partial<FireworksTiming> = {}): Provider {
  const { lookAgainMs, pollEveryMs, formBytes } = { ...usualTiming, ...timing };
  const setting: DatasetSetting = { formBytes, pollEveryMs };

  async function mustLook(wire: Wire, request: JobRequest, id: string): Promise<FireworksJob> {
    const job = await lookAtJob(wire, request, id);
    if (job) return job;
    throw new RemoteError(`fireworks shows no job ${id}`, {
      code: "provider-failed",
      next: "Run the same command again later; was it deleted there?",
    });
  }

  return {
    name: "fireworks",
    caps: { methods: ["sft", "dpo"], models: null },
    limits: { minRows: limits.minRows ?? 1, maxRows: limits.maxRows, maxBytes: null },
    prices: null,
    dedupe: "A",
    lookAgainMs,
    pollEveryMs,
    options: fireworksOptionsSchema as unknown as Provider["options"],
    // Whose account it is stands in the run key by itself.
    planOptions: [...planOptions, "account", "serving"],
    modelName: (model) => (model.includes("/") ? model : `accounts/fireworks/models/${model}`),
    account: (context, options) => askAccount(options, context),
    plan: planFireworks,

    async upload(request, context) {
      const wire = openWire(request, context);
      const rows = await rowsOf(request, context, join(request.jobDir, "upload"));
      const bring = (file: RowFile): Promise<string> =>
        bringDataset(
          wire,
          { ...file, path: file.path! },
          request.name,
          request.method,
          setting,
          context,
        );
      const train = await bring(rows.train);
      const { validation: evaluated } = sentOf(request, rows);
      const validation = evaluated && (await bring(evaluated));
      return {
        files: {
          train,
          ...(validation === null ? {} : { validation }),
          // Held against what Fireworks itself reckons, before the job can run.
          ceilingUsd: String(ceilingOf(request, rows)),
        },
      };
    },

    async submit(request, { files }, context) {
      const wire = openWire(request, context);
      const train = files["train"]!;
      const validation = files["validation"] ?? null;
      const ask = createJobAsk(wire.account, request, { train, validation });
      const id = jobIdOf(request.runKey);
      let job = await wire.create(ask, jobShape);
      if (job === "taken") {
        // Made by an earlier create whose answer was lost: the same job, if it is that.
        job = await mustLook(wire, request, id);
        if (!isJobOf(job, request, train)) {
          throw new RemoteError(`fireworks has another job under the id ${id}`, {
            code: "job-id-taken",
            next: "Look at it on the dashboard; nothing was started.",
          });
        }
      }
      const reckoned = dollarsOf(job);
      const ceilingUsd = Number(files["ceilingUsd"]);
      if (reckoned !== null && reckoned > ceilingUsd) {
        context.log.warn(
          `Fireworks reckons ${reckoned.toFixed(2)} USD for job ${id}, more than the ceiling of ${ceilingUsd.toFixed(2)}; cancelling it`,
        );
        await cancel(wire, request, id);
      }
      return { remoteId: id };
    },

    async find(request, context) {
      const wire = openWire(request, context);
      const id = jobIdOf(request.runKey);
      const job = await lookAtJob(wire, request, id);
      if (job === null || !isJobOf(job, request, null)) return [];
      return [{ remoteId: id, createdAt: Date.parse(job.createTime ?? "") || 0 }];
    },

    async poll(remoteId, request, context) {
      const wire = openWire(request, context);
      return statusOf(await mustLook(wire, request, remoteId), wire.secrets);
    },

    cancel: async (remoteId, request, context) =>
      cancel(openWire(request, context), request, remoteId),

    async result(remoteId, request, context) {
      const wire = openWire(request, context);
      const job = await lookAtJob(wire, request, remoteId);
      if (job === null) return null;
      const said = job.outputModel ?? job.trainingConfig?.outputModel ?? remoteId;
      const model = said.includes("/") ? said : `${wire.account}/models/${said}`;
      const found = await wire.look(
        `looking at model ${model}`,
        { method: "GET", path: `/v1/${model}` },
        jobShape.pick({ name: true }),
      );
      if (found === null) return null;
      return {
        model: `openai:${model}`,
        base: `openai:${request.model}`,
        modelDir: null,
        baseDir: null,
        steps: null,
        tokens: null,
        checkpoints: [],
        call: callLines(wire, model),
      };
    },

    async *logs(remoteId, request, context) {
      const wire = openWire(request, context);
      const { trainerLogsSignedUrl } = await mustLook(wire, request, remoteId);
      if (!trainerLogsSignedUrl) {
        context.log.info(
          "Fireworks gives no log of this job; it does where an account may read them",
        );
        return;
      }
      // The address carries its own right; the key stays here.
      const response = await context.fetch(trainerLogsSignedUrl, { signal: context.signal });
      for (const line of (await response.text()).split("\n"))
        if (line !== "") yield cleanText(line, wire.secrets);
    },

    serving: makeServing(openWire),
  };
}

async function cancel(wire: Wire, request: JobRequest, id: string): Promise<void> {
  const isOver = async (): Promise<boolean> => {
    const job = await lookAtJob(wire, request, id);
    if (job === null) return true;
    const { state } = statusOf(job, wire.secrets);
    return (state !== "queued" && state !== "running") || job.state === "JOB_STATE_CANCELLING";
  };
  if (await isOver()) return;
  const ask: Ask = {
    method: "POST",
    path: `${jobPath(wire.account, request.method, id)}:cancel`,
    body: {},
  };
  try {
    await wire.call(`cancelling ${id}`, ask, jobShape.partial());
  } catch (error) {
    // It may have ended, or been cancelled by a request whose answer was lost.
    if (!(await isOver())) throw error;
  }
}

function rowsOf(request: JobRequest, context: Context, to?: string): Promise<RowFiles> {
  const { tokenizer } = readFireworksOptions(request.options);
  return exportRows(request, request.method === "dpo" ? "openai-dpo" : "openai-chat", {
    signal: context.signal,
    tokenizer,
    ...(to === undefined ? {} : { to }),
  });
}

/** DPO jobs take no evaluation dataset, and no dataset may have fewer rows than the least. */
function isValidated({ method, options }: JobRequest, { validation }: RowFiles): boolean {
  const isWanted = method === "sft" && readFireworksOptions(options).validation;
  return isWanted && validation !== null && validation.rows >= (limits.minRows ?? 1);
}

function sentOf(request: JobRequest, rows: RowFiles): RowFiles {
  return isValidated(request, rows) ? rows : { ...rows, validation: null };
}

function priceOf({ model, method, options }: JobRequest): TokenPrice | null {
  return fireworksPrice(model, method, readFireworksOptions(options));
}

function ceilingOf(request: JobRequest, rows: RowFiles): number {
  const { epochs } = request.hyperparameters;
  const price = priceOf(request) ?? { perMillionUsd: 0 };
  return priceTokens(sentOf(request, rows), { epochs, evals: epochs }, price).ceilingUsd;
}

async function planFireworks(request: JobRequest, context: Context): Promise<JobPlan> {
  const { baseUrl, key } = findPlace(context);
  const rows = await rowsOf(request, context);
  const files = sentOf(request, rows);
  const { method, name, model, seed, hyperparameters } = request;
  const account = `accounts/${request.account}`;
  const planned = ({ method: verb, path, query, body }: Ask): PlannedRequest => ({
    method: verb as "POST",
    url: `${baseUrl}${path}${query ? `?${new URLSearchParams(query).toString()}` : ""}`,
    body,
  });
  const sent = [files.train, ...(files.validation ? [files.validation] : [])];
  const idOf = (file: RowFile): string => `${account}/datasets/${datasetIdOf(file)}`;
  return planHosted({
    request,
    files,
    limits,
    mapped: mapFireworks(request),
    price: priceOf(request),
    pricePage: fireworksPricePage,
    evals: hyperparameters.epochs,
    requests: [
      ...sent.flatMap((file): PlannedRequest[] => [
        planned(createDatasetAsk(account, file, name, method)),
        planned({
          method: "POST",
          path: `/v1/${idOf(file)}:upload`,
          body: { file: `<${file.bytes} bytes, SHA-256 ${file.sha256}>` },
        }),
      ]),
      planned(
        createJobAsk(account, request, {
          train: idOf(files.train),
          validation: files.validation ? idOf(files.validation) : null,
        }),
      ),
    ],
    checks: [`id ${jobIdOf(request.runKey)}: Fireworks makes one job of it at most`],
    notes: [
      ...(key === null ? [`${keyEnv} is not set; sending needs it`] : []),
      ...(request.account === unknownAccount
        ? ["Fireworks could not be asked whose key this is; FIREWORKS_ACCOUNT_ID names the account"]
        : []),
      `Fireworks takes no seed: ${seed} decides nothing there, and a second run gives other weights`,
      `whether ${model} can be tuned, Fireworks tells when the job is created`,
      "the price is of a page that programs cannot ask; look at it before you send",
      "a tuned model answers on a deployment only, which costs by the hour; evals lease one and delete it",
      ...(rows.validation && !files.validation
        ? [
            `validation rows stay here: ${method === "dpo" ? "DPO there takes none" : "too few, or not wanted"}`,
          ]
        : []),
    ],
  });
}

function callLines({ baseUrl, account }: Wire, model: string): string[] {
  return [
    `# deploy it first, at a price by the hour: firectl deployment create ${model} --deployment-id eval`,
    ...askLines(`${baseUrl}/inference/v1`, keyEnv, `${model}#${account}/deployments/eval`),
    "# and when you are done: firectl deployment delete eval",
  ];
}

export const fireworksProvider: Provider = makeFireworksProvider();
