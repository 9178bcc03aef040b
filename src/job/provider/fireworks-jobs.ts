// Fine-tuning jobs of Fireworks: supervised and DPO, under an id chosen from the run key, so that a second create meets
// the first (409, google.aip.dev/133). States as in its Python client 1.2.30 (JOB_STATE_*), read 2026-11-24.

import { z } from "zod";
import { RemoteError } from "../../base/errors.ts";
import { fireworksRules, readFireworksOptions } from "./fireworks-options.ts";
import type { Ask, Wire } from "./fireworks-wire.ts";
import { type Mapped, mapHyperparameters } from "./map-hyperparameters.ts";
import { cleanText } from "./remote-failure.ts";
import type { Billed, JobRequest, JobStatus, Method, Progress } from "./types.ts";

const moneyShape = z.looseObject({
  currencyCode: z.string().nullish(),
  units: z.coerce.number().nullish().catch(0),
  nanos: z.number().nullish().catch(0),
});

/** What both kinds of job have in common, as it comes. */
export const jobShape = z.looseObject({
  name: z.string().min(1),
  displayName: z.string().nullish(),
  createTime: z.string().nullish(),
  state: z.string().nullish(),
  status: z.looseObject({ message: z.string().nullish() }).nullish(),
  dataset: z.string().nullish(),
  baseModel: z.string().nullish(),
  outputModel: z.string().nullish(),
  trainingConfig: z
    .looseObject({ baseModel: z.string().nullish(), outputModel: z.string().nullish() })
    .nullish(),
  estimatedCost: moneyShape.nullish().catch(null),
  jobProgress: z
    .looseObject({ percent: z.number().nullish(), epoch: z.number().nullish() })
    .nullish()
    .catch(null),
  trainerLogsSignedUrl: z.url().nullish().catch(null),
});
export type FireworksJob = z.infer<typeof jobShape>;

const kinds: Readonly<Record<Method, { list: string; idParameter: string }>> = {
  sft: { list: "supervisedFineTuningJobs", idParameter: "supervisedFineTuningJobId" },
  dpo: { list: "dpoJobs", idParameter: "dpoJobId" },
};

/** The id that a run's job has, chosen here. */
export function jobIdOf(runKey: string): string {
  return `rectune-${runKey.slice(0, 32)}`;
}

/** Path of a job below the API's root. */
export function jobPath(account: string, method: Method, id: string): string {
  return `/v1/${account}/${kinds[method].list}/${id}`;
}

/** Hyper-parameters on the wire, and what Fireworks cannot do. */
export function mapFireworks({ hyperparameters, options }: JobRequest): Mapped {
  const { loraRank } = readFireworksOptions(options);
  const mapped = mapHyperparameters({ ...hyperparameters, lora: null }, fireworksRules);
  if (hyperparameters.lora !== null)
    mapped.problems.push(
      "hyperparameters.lora: Fireworks takes a rank but no alpha; leave it at null and name the rank in options.loraRank",
    );
  if (loraRank !== undefined) mapped.fields["loraRank"] = loraRank;
  return mapped;
}

/** The one request that may cost money. */
export function createJobAsk(
  account: string,
  request: JobRequest,
  files: { train: string; validation: string | null },
): Ask {
  const { method, model, runKey, name } = request;
  const { list, idParameter } = kinds[method];
  const training = { baseModel: model, ...mapFireworks(request).fields };
  const shared = { dataset: files.train, displayName: displayNameOf(name, runKey) };
  const body =
    method === "sft"
      ? {
          ...shared,
          ...training,
          earlyStop: false,
          ...(files.validation === null ? {} : { evaluationDataset: files.validation }),
        }
      : { ...shared, trainingConfig: training };
  return {
    method: "POST",
    path: `/v1/${account}/${list}`,
    query: { [idParameter]: jobIdOf(runKey) },
    body,
  };
}

function displayNameOf(name: string, runKey: string): string {
  return `${name.slice(0, 40)} ${runKey.slice(0, 12)}`;
}

/** Whether a job that has the id of a run is that run's. */
export function isJobOf(job: FireworksJob, request: JobRequest, train: string | null): boolean {
  const base = job.baseModel ?? job.trainingConfig?.baseModel;
  return (
    (base === undefined || base === null || base === request.model) &&
    (train === null || !job.dataset || job.dataset === train)
  );
}

/** The job under a run's id, null where there is none. */
export async function lookAtJob(
  wire: Wire,
  { method }: Pick<JobRequest, "method">,
  id: string,
): Promise<FireworksJob | null> {
  const ask: Ask = { method: "GET", path: jobPath(wire.account, method, id) };
  return wire.look(`looking at job ${id}`, ask, jobShape);
}

/** What a job's state means. @throws RemoteError for a state that is not known: the job itself goes on. */
export function statusOf(job: FireworksJob, secrets: readonly string[]): JobStatus {
  const said = (job.state ?? "").replace(/^JOB_STATE_/, "");
  switch (said) {
    case "CREATING":
    case "CREATING_INPUT_DATASET":
    case "VALIDATING":
    case "PENDING":
    case "RE_QUEUEING":
    case "UNSPECIFIED":
      return { state: "queued", progress: null };
    case "RUNNING":
    case "WRITING_RESULTS":
    case "CANCELLING":
    case "IDLE":
    case "PAUSED":
      return { state: "running", progress: progressOf(job) };
    case "COMPLETED":
    case "EARLY_STOPPED":
      return { state: "succeeded", costUsd: dollarsOf(job) };
    case "CANCELLED":
      // Its estimate is of the whole job; what the part cost is not told.
      return { state: "cancelled", costUsd: null };
    case "FAILED":
    case "EXPIRED":
    case "DELETING":
    case "DELETING_CLEANING_UP": {
      const message = cleanText(job.status?.message ?? "", secrets, 500);
      const reason = message || `${said.toLowerCase()}, no reason given`;
      return { state: "failed", costUsd: null, reason };
    }
    default:
      throw new RemoteError(`a state that is not known here: "${cleanText(said, secrets, 40)}"`, {
        code: "job-state-unknown",
        next: "The job goes on; look for it on the dashboard of Fireworks.",
      });
  }
}

/** Dollars that Fireworks reckons for a whole job; null where it tells none or another currency. */
export function dollarsOf({ estimatedCost }: FireworksJob): Billed {
  if (!estimatedCost) return null;
  const { currencyCode, units, nanos } = estimatedCost;
  if (currencyCode && currencyCode !== "USD") return null;
  return (units ?? 0) + (nanos ?? 0) / 1e9;
}

/** The API tells hundredths, not steps. */
function progressOf({ jobProgress }: FireworksJob): Progress | null {
  const percent = jobProgress?.percent;
  if (typeof percent !== "number") return null;
  const step = Math.round(percent);
  return { phase: "tune", step, steps: 100, loss: null, rate: null, tokensPerSecond: null };
}
