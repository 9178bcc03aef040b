// A provider whose server is a list in memory, with a clock of its own: it takes one fault a call, refuses twins in class A,
// and counts what it accepted and what that costs. The truth that the ledger is held against.

import { z } from "zod";
import { RemoteError } from "../../src/base/errors.ts";
import type { DedupeClass, JobStatus, Provider, Recognised } from "../../src/job/provider/types.ts";

export const faults = [
  "accept then drop",
  "accept then hang",
  "500 before",
  "500 after",
  "409",
  "429 with Retry-After",
  "truncated JSON",
  "list lag",
] as const;
export type Fault = (typeof faults)[number];

export const ops = ["create", "upload", "cancel"] as const;
export type Op = (typeof ops)[number];

export type WorldJob = {
  remoteId: string;
  key: string;
  recipe: number;
  createdAt: number;
  /** Polls that it still runs for. */
  pollsLeft: number;
  state: "running" | "succeeded" | "cancelled";
};

/** What one finished job costs, and what the plan says it costs at most. */
export const priceUsd = 1.5;
export const ceilingUsd = 2;
const cancelledUsd = 0.25;

export type World = {
  dedupe: DedupeClass;
  jobs: WorldJob[];
  files: string[];
  /** Creates that reached the server. */
  creates: number;
  /** Faults that wait for a call of their kind, in order. */
  faults: { op: Op; fault: Fault }[];
  /** Looks that do not see the newest job yet. */
  lag: number;
  /** Whether the last look was one of those. */
  wasHidden: boolean;
  /** Milliseconds since the epoch. */
  atMs: number;
};

export function makeWorld(dedupe: DedupeClass): World {
  const start = { creates: 0, lag: 0, wasHidden: false, atMs: 1_700_000_000_000 };
  return { dedupe, jobs: [], files: [], faults: [], ...start };
}

/** Dollars that the server bills for all it accepted. */
export function billedUsd(world: World): number {
  return world.jobs.reduce((sum, job) => sum + costOf(job), 0);
}

function costOf({ state }: WorldJob): number {
  return state === "cancelled" ? cancelledUsd : priceUsd;
}

/**
 * A provider as one process sees the world. `turn` is awaited when a request leaves and when its answer comes, so that
 * a scheduler can let other processes in, or this one die, with the request on its way.
 */
export function makeWorldProvider(world: World, turn: () => Promise<void>): Provider {
  /** One call: the fault that waits for it, if any, decides what the server does and what the caller sees. */
  const call = async <T>(op: Op | null, effect: () => T): Promise<T> => {
    await turn();
    const index = op === null ? -1 : world.faults.findIndex((held) => held.op === op);
    const fault = index < 0 ? null : world.faults.splice(index, 1)[0]!.fault;
    const answer = isRefused(fault) ? null : effect();
    if (fault === "list lag") world.lag = 3;
    await turn();
    if (fault === "accept then hang") world.atMs += 600_000;
    if (fault !== null) throw failureOf(fault);
    return answer as T;
  };
  const jobOf = (remoteId: string): WorldJob => {
    const job = world.jobs.find((held) => held.remoteId === remoteId);
    if (job) return job;
    throw new RemoteError(`404: no job ${remoteId}`, { code: "remote-404" });
  };
  const create = (key: string, recipe: number): WorldJob | null => {
    world.creates++;
    if (world.dedupe === "A" && world.jobs.some((job) => job.key === key)) return null;
    const job: WorldJob = {
      remoteId: `ft-${world.jobs.length + 1}`,
      key,
      recipe,
      createdAt: world.atMs,
      pollsLeft: 2,
      state: "running",
    };
    world.jobs.push(job);
    return job;
  };
  return {
    name: "world",
    caps: { methods: ["sft"], models: null },
    limits: { minRows: 1, maxRows: null, maxBytes: null },
    prices: null,
    dedupe: world.dedupe,
    lookAgainMs: [5_000, 60_000],
    pollEveryMs: 1_000,
    options: z.record(z.string(), z.unknown()),
    modelName: (model) => model,
    account: async () => "me",
    plan: async ({ dataset }) => ({
      rows: dataset.rows.train,
      tokens: 1000,
      steps: 10,
      estimateUsd: priceUsd,
      ceilingUsd,
      price: { source: "the world", checked: "2026-11-24" },
      requests: [],
      checks: [],
      notes: [],
      problems: [],
    }),
    async upload({ dataset }) {
      const name = `rectune-${dataset.sha256.slice(0, 16)}.jsonl`;
      const seen = await call(null, () => world.files.includes(name));
      if (!seen) await call("upload", () => world.files.push(name));
      return { files: { train: name } };
    },
    async submit({ runKey, seed }) {
      const made = await call("create", () => create(runKey, seed));
      if (made) return { remoteId: made.remoteId };
      // 409 on a twin: the same job, once a look has shown it.
      const twin = await call(null, () => world.jobs.find((job) => job.key === runKey));
      return { remoteId: twin!.remoteId };
    },
    find: ({ runKey }) =>
      call(null, () => {
        world.wasHidden = world.lag > 0;
        if (world.wasHidden) {
          world.lag--;
          return [];
        }
        return world.jobs
          .filter((job) => job.key === runKey)
          .map(({ remoteId, createdAt }) => ({ remoteId, createdAt }));
      }),
    recognise: (remoteId, { runKey }) =>
      call(null, (): Recognised => {
        const job = world.jobs.find((held) => held.remoteId === remoteId);
        if (!job) return { kind: "absent" };
        return job.key === runKey
          ? { kind: "own" }
          : { kind: "other", why: `its key is ${job.key}` };
      }),
    poll: (remoteId) =>
      call(null, (): JobStatus => {
        const job = jobOf(remoteId);
        if (job.state === "running" && job.pollsLeft-- === 0) job.state = "succeeded";
        if (job.state === "running") return { state: "running", progress: null };
        // Class C does not tell what it billed.
        return { state: job.state, costUsd: world.dedupe === "C" ? null : costOf(job) };
      }),
    cancel: (remoteId) =>
      call("cancel", () => {
        const job = jobOf(remoteId);
        if (job.state === "running") job.state = "cancelled";
      }),
    result: async (remoteId) => ({
      model: `world:${remoteId}`,
      base: "world:m1",
      modelDir: null,
      baseDir: null,
      steps: 10,
      tokens: 1000,
      checkpoints: [],
      call: [],
    }),
  };
}

/** Faults before which the server does nothing. */
function isRefused(fault: Fault | null): boolean {
  return fault === "500 before" || fault === "409" || fault === "429 with Retry-After";
}

function failureOf(fault: Fault): Error {
  const what = {
    "accept then drop": "socket hang up",
    "accept then hang": "timed out after 600 s",
    "500 before": "500",
    "500 after": "500",
    "409": "409",
    "429 with Retry-After": "429, Retry-After: 30",
    "truncated JSON": "Unexpected end of JSON input",
    "list lag": "socket hang up",
  }[fault];
  return new RemoteError(what, { code: "remote" });
}
