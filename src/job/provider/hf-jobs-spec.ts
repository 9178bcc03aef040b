// The jobs that are asked for: a trainer run by uv over a mounted dataset, and vLLM behind a port. The package has neither
// runUvJob nor `expose`; both are built as huggingface_hub 2.4.0 (Python) does, read 2026-11-24.

import type { Hub, HubParams } from "./hf-jobs-hub.ts";
import { readHfOptions } from "./hf-jobs-options.ts";
import type { JobRequest, PlannedRequest } from "./types.ts";

/** Label by which a training job is found again. */
export const runLabel = "run_key";
/** Label by which a lease is found again. */
export const leaseLabel = "lease_key";

export const servedPort = 8000;

/** A key as a label holds it: labels of containers may have 63 characters at most, half the key is as unique. */
export function labelOf(key: string): string {
  return key.slice(0, 32);
}

/** `namespace/name` of the repository that the trainer pushes its result to. */
export function modelRepoOf(request: JobRequest): string {
  const { modelRepo } = readHfOptions(request.options);
  return `${request.account}/${modelRepo ?? `rectune-${request.runKey.slice(0, 12)}`}`;
}

/** The dataset of a job on the Hub. */
export type PinnedRows = {
  repo: string;
  revision: string;
  train: string;
  /** SHA-256 of each file; null without validation rows. */
  validation: string | null;
};

/** The trainer's config: jobs/trainer/train.py reads it, and checks the rows against their hashes. */
export function trainerConfig(request: JobRequest, rows: PinnedRows): Record<string, unknown> {
  const { runKey, model, method, hyperparameters, seed, options } = request;
  const { validation } = rows;
  return {
    version: 1,
    runKey,
    model,
    method,
    train: "/data/train.jsonl",
    validation: validation === null ? null : "/data/validation.jsonl",
    sha256: { train: rows.train, ...(validation === null ? {} : { validation }) },
    output: "/tmp/rectune",
    hyperparameters,
    seed,
    saveSteps: readHfOptions(options).saveSteps,
    device: "auto",
    pushTo: { repo: modelRepoOf(request), private: true },
  };
}

type RunParams = Parameters<Hub["hub"]["runJob"]>[0];
type Flavor = RunParams["flavor"];

/** What `runJob` takes for a training job. The token travels as a secret, never in the environment or the command. */
export function trainParams(request: JobRequest, rows: PinnedRows, token: string) {
  const { flavor, timeoutMinutes, image } = readHfOptions(request.options);
  return {
    namespace: request.account,
    dockerImage: image,
    command: [
      "sh",
      "-c",
      `printf '%s' "$RECTUNE_CONFIG" > /tmp/config.json && exec uv run /data/train.py /tmp/config.json`,
    ],
    environment: { RECTUNE_CONFIG: JSON.stringify(trainerConfig(request, rows)) },
    secrets: { HF_TOKEN: token },
    // The package's type lacks machines that the live list has.
    flavor: flavor as Flavor,
    timeoutSeconds: timeoutMinutes * 60,
    attempts: 1,
    labels: { app: "rectune", [runLabel]: labelOf(request.runKey) },
    volumes: [
      {
        source: { type: "dataset" as const, name: rows.repo },
        mountPath: "/data",
        revision: rows.revision,
        readOnly: true,
      },
    ],
  };
}

const loraRanks = [8, 16, 32, 64, 128, 256, 320, 512];

/** What `runJob` takes for serving a result of this revision: the base with the adapter beside it, or all weights. */
export function serveParams(
  key: string,
  minutes: number,
  request: JobRequest,
  revision: string,
  token: string,
) {
  const { flavor, serving } = readHfOptions(request.options);
  const { lora } = request.hyperparameters;
  const weights = lora
    ? [
        request.model,
        "--enable-lora",
        "--lora-modules",
        `${servedName}=/adapter`,
        "--max-lora-rank",
        String(loraRanks.find((rank) => rank >= lora.rank) ?? lora.rank),
      ]
    : ["/adapter", "--served-model-name", servedName];
  const port = String(servedPort);
  const at = ["--host", "0.0.0.0", "--port", port, "--max-model-len", String(serving.maxModelLen)];
  return {
    namespace: request.account,
    dockerImage: serving.image,
    command: ["vllm", "serve", ...weights, ...at],
    secrets: { HF_TOKEN: token },
    flavor: (serving.flavor ?? flavor) as Flavor,
    timeoutSeconds: minutes * 60,
    attempts: 1,
    labels: { app: "rectune", [leaseLabel]: labelOf(key), job: labelOf(request.runKey) },
    volumes: [
      {
        source: { type: "model" as const, name: modelRepoOf(request) },
        mountPath: "/adapter",
        revision,
        readOnly: true,
      },
    ],
  };
}

/** The tuned model's name at its server. */
export const servedName = "tuned";

/** A `fetch` that adds the port to the job that `runJob` asks for. */
export function withPort(send: typeof fetch): typeof fetch {
  return (url, init) => {
    const body = JSON.parse(bodyOf(init)) as Record<string, unknown>;
    const expose = { ports: [servedPort], portsPublic: [] };
    return send(url, { ...init, body: JSON.stringify({ ...body, expose }) });
  };
}

function bodyOf(init: RequestInit | undefined): string {
  return typeof init?.body === "string" ? init.body : "null";
}

/** The request that the package would make, with nothing sent. */
export async function captureRun(
  { hub, hubUrl }: Hub,
  params: Omit<RunParams, keyof HubParams | "credentials">,
): Promise<PlannedRequest> {
  let planned: PlannedRequest | null = null;
  await hub.runJob({
    ...params,
    accessToken: "hf_masked",
    hubUrl,
    fetch: async (url, init) => {
      const asked = url instanceof Request ? url.url : String(url);
      planned = { method: "POST", url: asked, body: JSON.parse(bodyOf(init)) as unknown };
      return Response.json({});
    },
  } as RunParams);
  return planned!;
}
