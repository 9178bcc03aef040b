// Hugging Face Jobs on loopback, on top of a Hub: jobs that really read what was pushed, logs as server-sent events that
// break off, lists that lag and have pages, ports that a server answers at. Requests are held against zod schemas after
// huggingface_hub 2.4.0, _jobs_api.py and hf_api.py, and huggingface.co/docs/hub/jobs (both read 2026-11-24): no published
// document describes them. A look at a job is a minute of its clock.

import { createHash } from "node:crypto";
import { z } from "zod";
import type { Fault } from "./faults.ts";
import { filesAt, hubToken, makeHubStore, type HubStore } from "./hub-store.ts";
import { startJobServer, type Call, type JobServer, type Reply, type Route } from "./job-server.ts";

export type HfJobsServerOptions = {
  port?: number;
  faults?: readonly Fault[];
  /** Looks at a list that do not show a new job yet. */
  lag?: number;
  pageSize?: number;
  /** Looks at a job until it runs, and until it is done then. */
  queue?: number;
  steps?: number;
  /** Seconds that a job gets whatever it asks for. */
  ignoreTimeout?: number;
  /** Lines of a log that one connection gives at most; it breaks in the middle of the next one. */
  cutLogAfter?: number;
  /** What the trainer says last instead of being done. */
  trainerError?: string;
};

type Job = {
  id: string;
  at: number;
  looks: number;
  hidden: number;
  cancelledAt: number | null;
  body: z.infer<typeof bodyShape>;
  failure: string | null;
};

export type HfJobsServer = JobServer & { store: HubStore };

/** POST /api/jobs/{namespace}; `expose` as huggingface_hub 2.4.0 builds it. */
const bodyShape = z.strictObject({
  dockerImage: z.string().min(1),
  command: z.array(z.string()).min(1),
  arguments: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()),
  secrets: z.record(z.string(), z.string()).optional(),
  flavor: z.string(),
  timeoutSeconds: z.int().positive(),
  attempts: z.literal(1),
  labels: z.record(z.string(), z.string().max(63)),
  volumes: z.array(
    z.strictObject({
      type: z.enum(["dataset", "model"]),
      source: z.string().regex(/^[^/]+\/[^/]+$/),
      mountPath: z.string().startsWith("/"),
      revision: z.string().regex(/^[0-9a-f]{40}$/),
      readOnly: z.literal(true),
    }),
  ),
  expose: z
    .strictObject({ ports: z.array(z.int()).min(1), portsPublic: z.array(z.int()) })
    .optional(),
});

/** Dollars a minute; real prices of 2026-11-24 over 60. */
const hardware: Readonly<Record<string, number>> = {
  "cpu-basic": 0.01 / 60,
  "t4-small": 0.4 / 60,
  l4x1: 0.8 / 60,
  "a10g-small": 1 / 60,
  h200: 5 / 60,
};

/** Starts the emulator. Its token is the Hub's, `hf_loopback_secret` of the user `ana`. */
export async function startHfJobs(options: HfJobsServerOptions = {}): Promise<HfJobsServer> {
  const { lag = 0, queue = 1, steps = 4, pageSize = 50, cutLogAfter = 1e9 } = options;
  const store = makeHubStore();
  const jobs: Job[] = [];
  const leaks: string[] = [];
  const start = Date.parse("2026-11-24T12:00:00Z");
  let accepted = 0;
  let self = "";

  const ranMinutes = (job: Job): number =>
    Math.max(0, Math.min(job.cancelledAt ?? job.looks, job.looks) - queue);
  const isServer = ({ body }: Job): boolean => body.expose !== undefined;
  const limitOf = ({ body }: Job): number => Math.ceil(body.timeoutSeconds / 60);
  const stageOf = (job: Job): string => {
    if (job.cancelledAt !== null) return "CANCELED";
    if (job.looks <= queue) return "SCHEDULING";
    const ran = ranMinutes(job);
    if (job.failure !== null || ran > limitOf(job)) return "ERROR";
    if (isServer(job) || ran <= steps) return "RUNNING";
    return options.trainerError === undefined ? "COMPLETED" : "ERROR";
  };
  const billedMinutes = (job: Job): number =>
    Math.min(ranMinutes(job), limitOf(job), isServer(job) ? Infinity : steps + 1);
  const dollars = (): number =>
    jobs.reduce((sum, job) => sum + billedMinutes(job) * (hardware[job.body.flavor] ?? 0), 0);

  const show = (job: Job): Record<string, unknown> => {
    const stage = stageOf(job);
    const isOver = ["COMPLETED", "CANCELED", "ERROR"].includes(stage);
    const iso = (minutes: number): string => new Date(job.at + minutes * 60_000).toISOString();
    return {
      id: job.id,
      type: "job",
      createdAt: iso(0),
      startedAt: job.looks > queue ? iso(queue) : null,
      finishedAt: isOver ? iso(queue + billedMinutes(job)) : null,
      dockerImage: job.body.dockerImage,
      command: job.body.command,
      environment: job.body.environment,
      secrets: Object.keys(job.body.secrets ?? {}),
      flavor: job.body.flavor,
      labels: job.body.labels,
      // The live API was seen to say `timeout` where the package's types have timeoutSeconds.
      timeout: options.ignoreTimeout ?? job.body.timeoutSeconds,
      status: {
        stage,
        message: stage === "ERROR" ? (job.failure ?? "Job failed with exit code: 1") : null,
        ...(isServer(job) && stage === "RUNNING" ? { exposeUrls: [self] } : {}),
      },
      durations: {
        schedulingSecs: queue * 60,
        runningSecs: job.looks > queue ? billedMinutes(job) * 60 : null,
        totalSecs: job.looks * 60,
      },
      owner: { id: "1", name: "ana", type: "user" },
    };
  };

  const create = (call: Call): Reply => {
    const parsed = bodyShape.safeParse(call.body);
    if (!parsed.success) {
      leaks.push(z.prettifyError(parsed.error));
      return wrong(400, z.prettifyError(parsed.error));
    }
    const { data } = parsed;
    if (hardware[data.flavor] === undefined) return wrong(400, `no flavor ${data.flavor}`);
    if (call.args["ns"] !== "ana") return wrong(403, "not your namespace");
    const { secrets: _secrets, ...open } = data;
    if (JSON.stringify(open).includes(hubToken)) leaks.push("a token outside of secrets");
    accepted++;
    const job: Job = {
      id: (0x6a0000000000 + jobs.length).toString(16).padEnd(24, "0"),
      at: start + jobs.length * 1000,
      looks: 0,
      hidden: lag,
      cancelledAt: null,
      body: data,
      failure: null,
    };
    job.failure = isServer(job) ? checkMount(store, data) : checkTrainer(store, data);
    jobs.push(job);
    return { status: 200, body: show(job) };
  };

  const list = ({ query, args }: Call): Reply => {
    const labels = query.getAll("label").map((text) => text.split("=") as [string, string]);
    const shown = jobs
      .filter((job) => job.hidden-- <= 0)
      .filter(({ body }) => labels.every(([key, value]) => body.labels[key] === value))
      .toReversed();
    const from = Number(query.get("cursor") ?? 0);
    const next = new URLSearchParams(query);
    next.set("cursor", String(from + pageSize));
    const link = `<${self}/api/jobs/${args["ns"]}?${next.toString()}>; rel="next"`;
    return {
      status: 200,
      body: shown.slice(from, from + pageSize).map(show),
      ...(shown.length > from + pageSize ? { headers: { link } } : {}),
    };
  };

  const withJob =
    (run: (job: Job) => Reply) =>
    ({ args }: Call): Reply => {
      const job = jobs.find(({ id }) => id === args["id"]);
      return job ? run(job) : wrong(404, "Job not found");
    };

  const look = withJob((job) => {
    job.looks++;
    if (stageOf(job) === "COMPLETED" && !isServer(job)) pushResult(store, job.body);
    return { status: 200, body: show(job) };
  });

  const cancel = withJob((job) => {
    if (stageOf(job) === "CANCELED" || stageOf(job) === "COMPLETED" || stageOf(job) === "ERROR")
      return wrong(400, "Job is not running");
    job.cancelledAt = job.looks;
    return { status: 200, body: show(job) };
  });

  const logs = withJob((job) => {
    const events = logOf(job).map(
      (data, i) =>
        `data: ${JSON.stringify({ data, timestamp: new Date(job.at + i * 1000).toISOString() })}\n\n`,
    );
    const cut = events[cutLogAfter]?.slice(0, 30) ?? "";
    const text = `${events.slice(0, cutLogAfter).join("")}: keep-alive\n\n${cut}`;
    return { status: 200, body: null, text, headers: { "content-type": "text/event-stream" } };
  });

  const logOf = (job: Job): string[] => {
    const ran = Math.min(ranMinutes(job), steps);
    const lines = ["===== Job started =====", "Installed 75 packages", '{"event":"start"}'];
    for (let step = 1; step <= ran; step++) {
      lines.push(
        JSON.stringify({
          event: "progress",
          step: step * 10,
          steps: steps * 10,
          loss: 2 / step,
          rate: 1e-4,
          tokensPerSecond: 900,
        }),
        "a line that says the same each time",
      );
    }
    if (stageOf(job) === "ERROR" && options.trainerError !== undefined)
      lines.push(JSON.stringify({ event: "error", message: options.trainerError }));
    if (stageOf(job) === "COMPLETED") {
      const config = JSON.parse(job.body.environment["RECTUNE_CONFIG"]!) as TrainerConfig;
      const repo = store.models.get(config.pushTo.repo)!;
      const pushed = { repo: config.pushTo.repo, revision: repo.commits.at(-1)!.oid };
      lines.push(JSON.stringify({ event: "done", steps: steps * 10, tokens: 12_345, pushed }));
    }
    return lines;
  };

  const models = ({ headers }: Call): Reply => {
    if (headers.authorization !== `Bearer ${hubToken}`) return wrong(401, "no token");
    // A server answers from its second minute on.
    const server = jobs.find((job) => isServer(job) && stageOf(job) === "RUNNING");
    const isUp = server !== undefined && ranMinutes(server) > 1;
    return isUp ? { status: 200, body: { data: [{ id: "tuned" }] } } : wrong(503, "not up yet");
  };

  const hub = ({ method, headers, raw }: Call, path: string): Reply =>
    store.answer(method, path, headers.authorization ?? "", raw, self) ?? wrong(404, "no path");
  const hubRoute = (on: string): Route => ({
    on,
    spec: null,
    handle: (call) => hub(call, call.path),
  });

  const server = await startJobServer({
    root: "",
    spec: null,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    refuse: () => null,
    routes: [
      {
        on: "GET /api/jobs/hardware",
        spec: null,
        handle: () => ({ status: 200, body: Object.entries(hardware).map(showHardware) }),
      },
      { on: "GET /api/jobs/{ns}/{id}/logs", spec: null, handle: guard(logs) },
      { on: "POST /api/jobs/{ns}/{id}/cancel", spec: null, handle: guard(cancel) },
      { on: "GET /api/jobs/{ns}/{id}", spec: null, handle: guard(look) },
      { on: "GET /api/jobs/{ns}", spec: null, handle: guard(list) },
      { on: "POST /api/jobs/{ns}", spec: null, handle: guard(create) },
      { on: "GET /v1/models", spec: null, handle: models },
      hubRoute("GET /api/whoami-v2"),
      hubRoute("POST /api/repos/create"),
      hubRoute("POST /api/datasets/{repo}/commit/{rev}"),
      hubRoute("PUT /lfs/{sha}"),
      hubRoute("GET /{rest}"),
      hubRoute("POST /{rest}"),
    ],
    state: () => ({
      acceptedJobs: accepted,
      dollars: dollars(),
      leaks,
      jobs: jobs.map((job) => ({ id: job.id, stage: stageOf(job), labels: job.body.labels })),
    }),
  });
  self = server.url;
  return { ...server, store };
}

const wrong = (status: number, error: string): Reply => ({ status, body: { error } });

/** Every call of the jobs API needs the token. */
function guard(handle: (call: Call) => Reply): (call: Call) => Reply {
  return (call) =>
    call.headers.authorization === `Bearer ${hubToken}`
      ? handle(call)
      : wrong(401, "Invalid credentials");
}

function showHardware([name, unitCostUSD]: [string, number]): Record<string, unknown> {
  const unitCostMicroUSD = Math.round(unitCostUSD * 1e6);
  return {
    name,
    prettyName: name,
    cpu: "4 vCPU",
    ram: "16 GB",
    accelerator: null,
    unitCostMicroUSD,
    unitCostUSD,
    unitLabel: "minute",
  };
}

type TrainerConfig = {
  train: string;
  sha256: { train: string; validation?: string };
  pushTo: { repo: string; private: boolean };
};

/** Why a container's volumes cannot be mounted, null where they can. */
function checkMount(store: HubStore, { volumes }: z.infer<typeof bodyShape>): string | null {
  for (const { type, source, revision } of volumes) {
    const repo = (type === "dataset" ? store.repos : store.models).get(source);
    if (!repo || !filesAt(repo, revision)) return `no ${type} ${source} at ${revision}`;
  }
  return null;
}

/** Runs the beginning of what the trainer does: reads its config, and holds the rows against their hashes. */
function checkTrainer(store: HubStore, body: z.infer<typeof bodyShape>): string | null {
  const unmounted = checkMount(store, body);
  if (unmounted !== null) return unmounted;
  if (body.secrets?.["HF_TOKEN"] !== hubToken) return "HF_TOKEN is not set";
  const [volume] = body.volumes;
  const files = filesAt(store.repos.get(volume!.source)!, volume!.revision)!;
  if (!files.has("train.py")) return "no trainer";
  const config = JSON.parse(body.environment["RECTUNE_CONFIG"] ?? "{}") as TrainerConfig;
  const rows = files.get(config.train.replace(`${volume!.mountPath}/`, ""));
  const sha = createHash("sha256")
    .update(rows ?? "")
    .digest("hex");
  return rows && sha === config.sha256.train ? null : "the rows are others than the config says";
}

function pushResult({ models }: HubStore, { environment }: z.infer<typeof bodyShape>): void {
  const { pushTo } = JSON.parse(environment["RECTUNE_CONFIG"]!) as TrainerConfig;
  if (models.has(pushTo.repo)) return;
  const files = new Map([["adapter_model.safetensors", Buffer.from("weights")]]);
  const oid = createHash("sha1").update(pushTo.repo).digest("hex");
  models.set(pushTo.repo, { private: pushTo.private, commits: [{ oid, summary: "run", files }] });
}
