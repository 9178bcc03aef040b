// Fireworks on loopback: accounts, dataset resources with their life cycle, supervised and DPO jobs under ids that the
// caller chooses, models and deployments. No published document can be held here, so requests are checked by zod schemas
// after docs.fireworks.ai/api-reference (create-dataset, create-supervised-fine-tuning-job, create-dpo-job,
// create-deployment) and its Python client 1.2.30, both read 2026-11-24. A look is a minute of its clock.

import { createHash } from "node:crypto";
import { z } from "zod";
import type { Fault } from "./faults.ts";
import { startJobServer, type Call, type JobServer, type Reply, type Route } from "./job-server.ts";

export type FireworksServerOptions = {
  port?: number;
  faults?: readonly Fault[];
  /** Accounts of the key. */
  accounts?: readonly string[];
  /** Looks at a job until it runs, and until it is done then. */
  queue?: number;
  steps?: number;
  /** Looks at a dataset until its rows are read. */
  reading?: number;
  /** What Fireworks reckons for each job, in dollars; default is from its rows. */
  estimateUsd?: number;
  /** What is wrong with every row. */
  refuseRows?: string;
  /** What a deployment shape turns out to be. */
  shape?: { acceleratorType: string; acceleratorCount: number };
};

type Dataset = { looks: number; rows: string | null; body: z.infer<typeof datasetBody>["dataset"] };
type Job = {
  kind: string;
  id: string;
  at: number;
  looks: number;
  cancelledAt: number | null;
  body: Record<string, unknown>;
  usd: number;
};
type Deployment = { id: string; at: number; looks: number; body: z.infer<typeof deploymentBody> };

export const fireworksKey = "fw_loopback_secret";

const resourceId = z.string().regex(/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
const datasetName = z.string().regex(/^accounts\/[^/]+\/datasets\/[^/]+$/);
const modelName = z.string().regex(/^accounts\/[^/]+\/models\/[^/]+$/);

const datasetBody = z.strictObject({
  datasetId: resourceId,
  dataset: z.strictObject({
    displayName: z.string().max(63),
    exampleCount: z.string().regex(/^\d+$/),
    userUploaded: z.strictObject({}),
    format: z.enum(["CHAT", "COMPLETION"]).optional(),
  }),
});
const training = {
  baseModel: modelName,
  epochs: z.int().positive().optional(),
  learningRate: z.number().positive().optional(),
  batchSizeSamples: z.int().positive().optional(),
  maxContextLength: z.int().positive().optional(),
  loraRank: z.int().positive().optional(),
};
const sftBody = z.strictObject({
  dataset: datasetName,
  displayName: z.string().max(63),
  evaluationDataset: datasetName.optional(),
  earlyStop: z.boolean().optional(),
  ...training,
});
const dpoBody = z.strictObject({
  dataset: datasetName,
  displayName: z.string().max(63),
  trainingConfig: z.strictObject(training),
});
const deploymentBody = z.strictObject({
  baseModel: modelName,
  displayName: z.string().max(63),
  minReplicaCount: z.literal(0),
  maxReplicaCount: z.literal(1),
  autoscalingPolicy: z.strictObject({ scaleToZeroWindow: z.string().regex(/^\d+s$/) }),
  deploymentShape: z.string().optional(),
  acceleratorType: z.string().optional(),
  acceleratorCount: z.int().optional(),
});
const chatRow = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string(), content: z.string() })).min(2),
});
const pairRow = z.looseObject({
  input: z.looseObject({ messages: z.array(z.looseObject({})).min(1) }),
  preferred_output: z.array(z.looseObject({})).min(1),
  non_preferred_output: z.array(z.looseObject({})).min(1),
});

/** Starts the emulator; its key is `fw_loopback_secret`, its account `ana`. */
export async function startFireworks(options: FireworksServerOptions = {}): Promise<JobServer> {
  const { accounts = ["ana"], queue = 1, steps = 4, reading = 1 } = options;
  const shape = options.shape ?? { acceleratorType: "NVIDIA_H100_80GB", acceleratorCount: 1 };
  const datasets = new Map<string, Dataset>();
  const jobs: Job[] = [];
  const deployments = new Map<string, Deployment>();
  const wrongs: string[] = [];
  let accepted = 0;
  let deployedMinutes = 0;
  let clock = Date.parse("2026-11-24T12:00:00Z");
  let self = "";

  /** A body as its schema has it, or the refusal. */
  const read = <T>(shapeOf: z.ZodType<T>, body: unknown): T | Reply => {
    const parsed = shapeOf.safeParse(body);
    if (parsed.success) return parsed.data;
    wrongs.push(z.prettifyError(parsed.error));
    return wrong(400, z.prettifyError(parsed.error));
  };
  const isReply = (value: unknown): value is Reply =>
    typeof value === "object" && value !== null && "status" in value && "body" in value;

  const showDataset = (id: string, dataset: Dataset): Record<string, unknown> => {
    const { body, rows, looks } = dataset;
    const error = rows === null ? null : (options.refuseRows ?? checkRows(rows));
    const isReady = rows !== null && error === null && looks > reading;
    return {
      name: `accounts/ana/datasets/${id}`,
      ...body,
      state: isReady ? "READY" : "UPLOADING",
      ...(isReady ? { exampleCount: String(linesOf(rows).length) } : {}),
      status:
        error === null ? { code: "OK", message: "" } : { code: "INVALID_ARGUMENT", message: error },
    };
  };

  const createDataset = ({ body }: Call): Reply => {
    const asked = read(datasetBody, body);
    if (isReply(asked)) return asked;
    const { datasetId, dataset } = asked;
    if (datasets.has(datasetId)) return wrong(409, `dataset ${datasetId} already exists`);
    datasets.set(datasetId, { looks: 0, rows: null, body: dataset });
    return { status: 200, body: showDataset(datasetId, datasets.get(datasetId)!) };
  };

  const withDataset =
    (run: (id: string, dataset: Dataset, call: Call) => Reply | Promise<Reply>) =>
    (call: Call): Reply | Promise<Reply> => {
      const dataset = datasets.get(call.args["id"]!);
      return dataset ? run(call.args["id"]!, dataset, call) : wrong(404, "dataset not found");
    };

  const upload = withDataset(async (id, dataset, { body }) => {
    if (dataset.rows !== null && dataset.looks > reading) return wrong(400, "it is READY already");
    const file = body["file"];
    if (!(file instanceof Blob)) return wrong(400, "no file");
    dataset.rows = await file.text();
    return { status: 200, body: { id, object: "file", bytes: file.size } };
  });

  const uploadEndpoint = withDataset((id, _dataset, { body }) => {
    const asked = read(z.strictObject({ filenameToSize: z.record(z.string(), z.string()) }), body);
    if (isReply(asked)) return asked;
    const urls = Object.entries(asked.filenameToSize).map(([name, size]) => [
      name,
      `${self}/signed/${id}?size=${size}`,
    ]);
    return { status: 200, body: { filenameToSignedUrls: Object.fromEntries(urls) as object } };
  });

  const signedPut = withDataset((_id, dataset, { raw, headers, query }) => {
    if (headers.authorization !== undefined) wrongs.push("the key went to a signed address");
    const size = query.get("size");
    if (headers["x-goog-content-length-range"] !== `${size},${size}` || String(raw.length) !== size)
      return wrong(400, "another size than was signed");
    dataset.rows = raw.toString();
    return { status: 200, body: {} };
  });

  const stateOf = (job: Job): string => {
    if (job.cancelledAt !== null)
      return job.looks > job.cancelledAt + 1 ? "CANCELLED" : "CANCELLING";
    if (job.looks <= queue) return job.looks === 0 ? "CREATING" : "VALIDATING";
    return job.looks <= queue + steps ? "RUNNING" : "COMPLETED";
  };
  const showJob = (job: Job): Record<string, unknown> => {
    const ran = Math.max(0, Math.min(job.looks - queue, steps));
    const done = stateOf(job) === "COMPLETED";
    const output = { outputModel: `accounts/ana/models/${job.id}` };
    return {
      name: `accounts/ana/${job.kind}/${job.id}`,
      createTime: new Date(job.at).toISOString(),
      ...job.body,
      ...(done && job.kind === "supervisedFineTuningJobs" ? output : {}),
      ...(done && job.kind === "dpoJobs"
        ? { trainingConfig: { ...(job.body["trainingConfig"] as object), ...output } }
        : {}),
      state: `JOB_STATE_${stateOf(job)}`,
      status: { code: "OK", message: "" },
      ...(job.kind === "supervisedFineTuningJobs"
        ? {
            estimatedCost: {
              currencyCode: "USD",
              units: String(Math.floor(job.usd)),
              nanos: Math.round((job.usd % 1) * 1e9),
            },
            jobProgress: { percent: Math.round((100 * ran) / steps), epoch: 0 },
          }
        : {}),
    };
  };

  const createJob =
    (kind: string, idParameter: string, bodyShape: z.ZodType<Record<string, unknown>>) =>
    ({ body, query }: Call): Reply => {
      const asked = read(bodyShape, body);
      const id = read(resourceId, query.get(idParameter));
      if (isReply(asked)) return asked;
      if (isReply(id)) return id;
      if (jobs.some((job) => job.kind === kind && job.id === id))
        return wrong(409, `${kind} ${id} already exists`);
      const datasetId = String(asked["dataset"]).split("/").at(-1)!;
      const dataset = datasets.get(datasetId);
      if (!dataset || showDataset(datasetId, dataset)["state"] !== "READY")
        return wrong(400, `dataset ${datasetId} is not READY`);
      accepted++;
      const epochs = Number(asked["epochs"] ?? 1);
      const usd = options.estimateUsd ?? ((dataset.rows!.length / 4) * epochs * 0.5) / 1e6;
      jobs.push({ kind, id, at: (clock += 1000), looks: 0, cancelledAt: null, body: asked, usd });
      return { status: 200, body: showJob(jobs.at(-1)!) };
    };

  const withJob =
    (kind: string, run: (job: Job) => Reply) =>
    ({ args }: Call): Reply => {
      const job = jobs.find((held) => held.kind === kind && held.id === args["id"]);
      return job ? run(job) : wrong(404, `${kind} not found`);
    };
  const cancel = (job: Job): Reply => {
    if (job.cancelledAt !== null || stateOf(job) === "COMPLETED")
      return wrong(400, "FAILED_PRECONDITION: the job is not running");
    job.cancelledAt = job.looks;
    return { status: 200, body: {} };
  };

  const jobRoutes = (
    kind: string,
    idParameter: string,
    bodyShape: z.ZodType<Record<string, unknown>>,
  ): Route[] => [
    route(`POST /v1/accounts/{acct}/${kind}/{id}:cancel`, withJob(kind, cancel)),
    route(
      `GET /v1/accounts/{acct}/${kind}/{id}`,
      withJob(kind, (job) => {
        job.looks++;
        return { status: 200, body: showJob(job) };
      }),
    ),
    route(`POST /v1/accounts/{acct}/${kind}`, createJob(kind, idParameter, bodyShape)),
  ];

  const showDeployment = ({ id, at, looks, body }: Deployment): Record<string, unknown> => ({
    name: `accounts/ana/deployments/${id}`,
    createTime: new Date(at).toISOString(),
    ...body,
    ...(body.deploymentShape === undefined ? {} : shape),
    state: looks > 1 ? "READY" : "CREATING",
    replicaStats: { readyReplicaCount: looks > 2 ? 1 : 0 },
  });
  const createDeployment = ({ body, query }: Call): Reply => {
    const asked = read(deploymentBody, body);
    const id = read(resourceId, query.get("deploymentId"));
    if (isReply(asked)) return asked;
    if (isReply(id)) return id;
    if (deployments.has(id)) return wrong(409, `deployment ${id} already exists`);
    if (!isModel(asked.baseModel)) return wrong(404, "model not found");
    deployments.set(id, { id, at: (clock += 1000), looks: 0, body: asked });
    return { status: 200, body: showDeployment(deployments.get(id)!) };
  };
  const isModel = (name: string): boolean =>
    jobs.some((job) => name.endsWith(`/${job.id}`) && stateOf(job) === "COMPLETED");

  const withDeployment =
    (run: (deployment: Deployment) => Reply) =>
    ({ args }: Call): Reply => {
      const deployment = deployments.get(args["id"]!);
      return deployment ? run(deployment) : wrong(404, "deployment not found");
    };

  const server = await startJobServer({
    root: "",
    spec: null,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    refuse: (headers) =>
      headers.authorization === undefined || headers.authorization === `Bearer ${fireworksKey}`
        ? null
        : wrong(401, `invalid key ${headers.authorization}`),
    routes: [
      route("GET /v1/accounts", () => ({
        status: 200,
        body: { accounts: accounts.map((id) => ({ name: `accounts/${id}`, email: "a@b.c" })) },
      })),
      route("POST /v1/accounts/{acct}/datasets/{id}:upload", upload),
      route("POST /v1/accounts/{acct}/datasets/{id}:getUploadEndpoint", uploadEndpoint),
      route(
        "POST /v1/accounts/{acct}/datasets/{id}:validateUpload",
        withDataset(() => ({ status: 200, body: {} })),
      ),
      route(
        "GET /v1/accounts/{acct}/datasets/{id}",
        withDataset((id, dataset) => {
          if (dataset.rows !== null) dataset.looks++;
          return { status: 200, body: showDataset(id, dataset) };
        }),
      ),
      route("POST /v1/accounts/{acct}/datasets", createDataset),
      { on: "PUT /signed/{id}", spec: null, handle: signedPut },
      ...jobRoutes("supervisedFineTuningJobs", "supervisedFineTuningJobId", sftBody),
      ...jobRoutes("dpoJobs", "dpoJobId", dpoBody),
      route("GET /v1/accounts/{acct}/models/{id}", ({ args }) =>
        isModel(`/${args["id"]}`)
          ? { status: 200, body: { name: `accounts/ana/models/${args["id"]}`, state: "READY" } }
          : wrong(404, "model not found"),
      ),
      route(
        "GET /v1/accounts/{acct}/deployments/{id}",
        withDeployment((deployment) => {
          deployment.looks++;
          deployedMinutes++;
          return { status: 200, body: showDeployment(deployment) };
        }),
      ),
      route(
        "DELETE /v1/accounts/{acct}/deployments/{id}",
        withDeployment(({ id }) => {
          deployments.delete(id);
          return { status: 200, body: {} };
        }),
      ),
      route("POST /v1/accounts/{acct}/deployments", createDeployment),
    ],
    state: () => ({
      acceptedJobs: accepted,
      dollars: jobs.reduce((sum, job) => sum + job.usd, 0) + (deployedMinutes * 7) / 60,
      wrongs,
      datasets: [...datasets].map(([id, { rows }]) => ({
        id,
        sha256: rows === null ? null : createHash("sha256").update(rows).digest("hex"),
      })),
      jobs: jobs.map((job) => ({ id: job.id, state: stateOf(job) })),
      deployments: [...deployments.keys()],
    }),
  });
  self = server.url;
  return server;
}

/** An error as a gRPC gateway gives it. */
function wrong(status: number, message: string): Reply {
  return { status, body: { code: status, message, details: [] } };
}

/** A route that needs the key. */
function route(on: string, handle: Route["handle"]): Route {
  return {
    on,
    spec: null,
    handle: (call) =>
      call.headers.authorization === `Bearer ${fireworksKey}` ? handle(call) : wrong(401, "no key"),
  };
}

const linesOf = (rows: string): string[] => rows.split("\n").filter((line) => line !== "");

/** What is wrong with rows, null where nothing is. */
function checkRows(rows: string): string | null {
  const lines = linesOf(rows);
  if (lines.length < 3) return "a dataset needs 3 examples or more";
  for (const [i, line] of lines.entries()) {
    const row: unknown = JSON.parse(line);
    const isSound = chatRow.safeParse(row).success || pairRow.safeParse(row).success;
    if (!isSound) return `line ${i + 1} is neither a conversation nor a pair`;
  }
  return null;
}
