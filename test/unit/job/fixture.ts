// Small things that job tests share: a folder that goes away, a job, a recipe, and a provider whose server is a list.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type Context, plainContext } from "../../../src/base/logger.ts";
import { openLease } from "../../../src/job/lease.ts";
import { type JobRecord, type Ledger, type NewJob, runKeyOf } from "../../../src/job/ledger.ts";
import type {
  DatasetRef,
  DedupeClass,
  JobSpec,
  JobStatus,
  Provider,
  Served,
} from "../../../src/job/provider/types.ts";
import type { JobRecipe } from "../../../src/job/recipe.ts";

// The ledger waits for the disk at every step; in memory that wait costs nothing.
const home = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A new folder, removed when the scope ends. */
export function scratch(): { dir: string } & Disposable {
  const dir = mkdtempSync(join(home, "rectune-job-"));
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}

/** A context with a clock that ticks a millisecond a look, keeping what was said. */
export function testContext(
  dir: string,
  overrides: Partial<Context> = {},
): Context & { said: string[] } {
  let at = 1_700_000_000_000;
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const log = { debug() {}, info: say, warn: say, progress: say };
  return {
    ...plainContext({ cwd: dir, stateDir: join(dir, ".rectune"), log, now: () => at++ }),
    ...overrides,
    said,
  };
}

export function makeDataset(dir: string): DatasetRef {
  const folder = join(dir, "data");
  mkdirSync(folder, { recursive: true });
  return {
    name: "tiny",
    dir: folder,
    sha256: "d".repeat(64),
    langs: ["en"],
    rows: { train: 30, validation: 3 },
    bytes: { train: 3000, validation: 300 },
  };
}

export function makeRecipe(dir: string, overrides: Partial<JobRecipe> = {}): JobRecipe {
  return {
    version: 1,
    dataset: join(dir, "data"),
    provider: "scripted",
    model: "m1",
    method: "sft",
    hyperparameters: {
      epochs: 1,
      learningRate: "auto",
      batchSize: "auto",
      lora: null,
      maxTokens: 128,
    },
    seed: 1,
    maxUsd: 10,
    options: {},
    path: join(dir, "job.yaml"),
    dir,
    ...overrides,
  };
}

/** A job for the ledger; `n` makes its run key. */
export function newJob(n: number, dedupe: DedupeClass = "B", dir = "/data"): NewJob {
  const spec: JobSpec = {
    name: "tiny",
    dataset: {
      name: "tiny",
      dir,
      sha256: "d".repeat(64),
      langs: ["en"],
      rows: { train: 1, validation: 0 },
      bytes: { train: 1, validation: 0 },
    },
    hyperparameters: makeRecipe(dir).hyperparameters,
    options: {},
    seed: n,
  };
  const runKey = runKeyOf({
    provider: "scripted",
    account: "me",
    model: "m1",
    method: "sft",
    hyperparameters: spec.hyperparameters,
    options: {},
    seed: n,
    datasetSha256: spec.dataset.sha256,
    attempt: 1,
  });
  return {
    runKey,
    provider: "scripted",
    account: "me",
    dedupe,
    model: "m1",
    method: "sft",
    datasetSha256: spec.dataset.sha256,
    spec,
    attempt: 1,
    at: n,
  };
}

/** What a create does: answer; refuse; make the job and lose the answer; lose the request. */
export type Fault = "none" | "reject" | "drop-after" | "drop-before";

export type Server = {
  /** One without a run key does not tell whose it is. */
  jobs: { remoteId: string; runKey: string; createdAt: number; status: JobStatus }[];
  creates: number;
  cancelled: string[];
  /** Looks that see nothing, although the job is there. */
  lag: number;
  faults: Fault[];
};

export function makeServer(overrides: Partial<Server> = {}): Server {
  return { jobs: [], creates: 0, cancelled: [], lag: 0, faults: [], ...overrides };
}

/** A provider over a server in memory; class A refuses twins, B and C do not. `rejected` makes its proof of no job. */
export function makeScripted(
  server: Server,
  dedupe: DedupeClass,
  rejected: () => Error,
  overrides: Partial<Provider> = {},
): Provider {
  return {
    name: "scripted",
    caps: { methods: ["sft"], models: null },
    limits: { minRows: 10, maxRows: null, maxBytes: null },
    prices: null,
    dedupe,
    lookAgainMs: [0, 0],
    pollEveryMs: 0,
    options: z.record(z.string(), z.unknown()),
    modelName: (model) => model,
    account: async () => "me",
    plan: async ({ dataset }) => ({
      rows: dataset.rows.train,
      tokens: 1000,
      steps: 10,
      estimateUsd: 1,
      ceilingUsd: 2,
      price: { source: "a page", checked: "2026-11-24" },
      requests: [{ method: "POST", url: "scripted:/jobs", body: { model: "m1" } }],
      checks: [],
      notes: [],
      problems: [],
    }),
    upload: async () => ({ files: { train: "file-1" } }),
    async submit({ runKey }) {
      server.creates++;
      const fault = server.faults.shift() ?? "none";
      if (fault === "reject") throw rejected();
      if (fault === "drop-before") throw new Error("socket hang up");
      const twin = dedupe === "A" ? server.jobs.find((job) => job.runKey === runKey) : undefined;
      const made = twin ?? {
        remoteId: `r${server.jobs.length + 1}`,
        runKey,
        createdAt: server.jobs.length,
        status: { state: "succeeded", costUsd: 1.5 } as JobStatus,
      };
      if (!twin) server.jobs.push(made);
      if (fault === "drop-after") throw new Error("socket hang up");
      return { remoteId: made.remoteId };
    },
    async find({ runKey }) {
      if (server.lag > 0) {
        server.lag--;
        return [];
      }
      return server.jobs.filter((job) => job.runKey === runKey);
    },
    async recognise(remoteId, { runKey }) {
      const job = server.jobs.find((held) => held.remoteId === remoteId);
      if (!job) return { kind: "absent" };
      if (job.runKey === "")
        return { kind: "untold", checked: ["base model"], unchecked: ["suffix"] };
      return job.runKey === runKey
        ? { kind: "own" }
        : { kind: "other", why: `its suffix is "${job.runKey}"` };
    },
    async poll(remoteId) {
      return server.jobs.find((job) => job.remoteId === remoteId)!.status;
    },
    async cancel(remoteId) {
      server.cancelled.push(remoteId);
      const job = server.jobs.find((held) => held.remoteId === remoteId)!;
      job.status = { state: "cancelled", costUsd: 0 };
    },
    result: async (remoteId) => ({
      model: `scripted:${remoteId}`,
      base: "scripted:m1",
      modelDir: null,
      baseDir: null,
      steps: 10,
      tokens: 1000,
      checkpoints: [],
      call: [],
    }),
    ...overrides,
  };
}

/** A job of `newJob(1)` that has succeeded as r1. */
export function addSucceeded(ledger: Ledger): JobRecord {
  const way = ["APPROVED", "UPLOADING", "UPLOADED", "INTENT", "SUBMITTED", "SUCCEEDED"] as const;
  return way.reduce(
    (job, to) => ledger.transition(job.id, job.state, to, { at: 1, remoteId: "r1" }),
    ledger.add(newJob(1)),
  );
}

/** Serves a model while `use` runs, and releases it then, also when `use` throws. Takes what `openLease` takes. */
export async function withServedModel<T>(
  ...[ledger, job, result, providers, context, options, use]: [
    ...Parameters<typeof openLease>,
    (served: Served) => Promise<T>,
  ]
): Promise<T> {
  const { served, release } = await openLease(ledger, job, result, providers, context, options);
  try {
    return await use(served);
  } finally {
    await release();
  }
}
