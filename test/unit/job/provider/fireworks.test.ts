// Fireworks against the emulator, through the engine and alone: datasets that are sent once, a job of one id that is made
// once whatever is lost, states, prices that must be known, and deployments that end.

import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DataError, RemoteError } from "../../../../src/base/errors.ts";
import {
  makeFireworksProvider,
  type FireworksTiming,
} from "../../../../src/job/provider/fireworks.ts";
import { statusOf } from "../../../../src/job/provider/fireworks-jobs.ts";
import {
  type DatasetRef,
  JobRejected,
  type JobResult,
} from "../../../../src/job/provider/types.ts";
import type { JobRecipe } from "../../../../src/job/recipe.ts";
import { submitJob } from "../../../../src/job/submit.ts";
import {
  fireworksKey,
  startFireworks,
  type FireworksServerOptions,
} from "../../../emulator/fireworks.ts";
import { makeRecipe, scratch, testContext } from "../fixture.ts";
import { hostedRequest, makeHostedDataset, noWaits } from "./hosted-fixture.ts";

const createRoute = "POST /v1/accounts/{acct}/supervisedFineTuningJobs";
const datasetRoute = "POST /v1/accounts/{acct}/datasets";
const uploadRoute = "POST /v1/accounts/{acct}/datasets/{id}:upload";

type Setting = FireworksServerOptions & {
  timing?: Partial<FireworksTiming>;
  env?: Record<string, string>;
};

/** Fireworks takes no dataset of fewer rows. */
function withThreeToValidate(dataset: DatasetRef): DatasetRef {
  const path = join(dataset.dir, "validation.jsonl");
  appendFileSync(path, `${readFileSync(path, "utf8").split("\n")[0]}\n`);
  return dataset;
}

async function setUp(dir: string, { timing, env, ...options }: Setting = {}) {
  const server = await startFireworks(options);
  const provider = makeFireworksProvider({ ...noWaits, ...timing });
  const context = testContext(dir, {
    env: { FIREWORKS_API_KEY: fireworksKey, FIREWORKS_BASE_URL: server.url, ...env },
  });
  const recipeOf = (overrides: Partial<JobRecipe> = {}): JobRecipe =>
    makeRecipe(dir, {
      provider: "fireworks",
      model: "accounts/fireworks/models/llama-v3p1-8b-instruct",
      hyperparameters: {
        epochs: 2,
        learningRate: 1e-4,
        batchSize: "auto",
        lora: null,
        maxTokens: 512,
      },
      ...overrides,
      options: provider.options.parse({ timeoutSeconds: 2, ...overrides.options }),
    });
  const run = (overrides: Partial<JobRecipe> = {}, more = {}) =>
    submitJob(recipeOf(overrides), withThreeToValidate(makeHostedDataset(dir)), context, {
      providers: { fireworks: provider },
      ...more,
    });
  const request = async (overrides: Partial<JobRecipe> = {}) => {
    const asked = await hostedRequest(dir, provider, recipeOf(overrides), context);
    withThreeToValidate(asked.dataset);
    return asked;
  };
  const jobs = () => server.state()["jobs"] as { id: string; state: string }[];
  return { server, provider, context, run, request, jobs };
}

describe("a job", () => {
  test("runs from rows to result, once", async () => {
    using home = scratch();
    const { server, run } = await setUp(home.dir);
    await using _server = server;
    const done = await run();
    if (done.kind !== "done") throw new Error(done.kind);
    const id = `rectune-${done.job.runKey.slice(0, 32)}`;
    expect(done.result).toMatchObject({
      model: `openai:accounts/ana/models/${id}`,
      base: "openai:accounts/fireworks/models/llama-v3p1-8b-instruct",
    });
    expect(done.result.call.join("\n")).toContain("firectl deployment delete");
    const again = await run();
    expect(again.kind === "done" && again.reused).toBe(true);
    expect(server.state()).toMatchObject({ acceptedJobs: 1, wrongs: [], violations: [] });
    expect(server.state()["datasets"]).toHaveLength(2);
  });

  test("sends the same rows once, also where the answers of a first run were lost", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    server.faults([{ on: datasetRoute, kind: "accept-drop" }]);
    await expect(provider.upload(await request(), context)).rejects.toThrow(RemoteError);
    server.faults([{ on: uploadRoute, kind: "error-after" }]);
    await expect(provider.upload(await request(), context)).rejects.toThrow(RemoteError);
    const first = await provider.upload(await request(), context);
    expect(await provider.upload({ ...(await request()), seed: 9 }, context)).toEqual(first);
    const { requests } = server.state();
    // Once more after the lost answer, and once for the validation rows.
    expect(requests.filter((seen) => seen.endsWith(":upload"))).toHaveLength(3);
  });

  test("sends big files to a signed address, without the key", async () => {
    using home = scratch();
    const { server, run } = await setUp(home.dir, { timing: { formBytes: 10 } });
    await using _server = server;
    expect((await run()).kind).toBe("done");
    const { requests } = server.state();
    expect(requests.filter((seen) => seen.startsWith("PUT /signed/"))).toHaveLength(2);
    expect(requests.filter((seen) => seen.endsWith(":upload"))).toEqual([]);
    expect(server.state()).toMatchObject({ wrongs: [], acceptedJobs: 1 });
  });

  test("says why Fireworks refuses rows, before a job is made", async () => {
    using home = scratch();
    const refuseRows = "line 1 has no assistant";
    const { server, provider, context, request } = await setUp(home.dir, { refuseRows });
    await using _server = server;
    const uploading = provider.upload(await request(), context);
    await expect(uploading).rejects.toThrow(DataError);
    await expect(uploading).rejects.toThrow(refuseRows);
    expect(server.state().acceptedJobs).toBe(0);
  });

  test("whose estimate passes the ceiling is cancelled at once", async () => {
    using home = scratch();
    const { server, run, jobs, context } = await setUp(home.dir, { estimateUsd: 900 });
    await using _server = server;
    await expect(run()).rejects.toMatchObject({ code: "job-cancelled" });
    expect(jobs().map(({ state }) => state)).toEqual(["CANCELLED"]);
    expect(context.said.join("\n")).toContain("reckons 900.00 USD");
  });
});

describe("a create without an answer", () => {
  test.each([
    "accept-drop",
    "error-after",
    "truncated",
    "conflict-after",
    "error-before",
    "drop-before",
    "rate-limit",
    "conflict",
    "twice",
  ] as const)("%s: one job, adopted or sent again under its id", async (kind) => {
    using home = scratch();
    const { server, run } = await setUp(home.dir, { faults: [{ on: createRoute, kind }] });
    await using _server = server;
    expect((await run()).kind).toBe("done");
    expect(server.state()).toMatchObject({ acceptedJobs: 1, wrongs: [] });
  });

  test("accept-hang: the time-out ends the wait, and the job is adopted", async () => {
    using home = scratch();
    const faults = [{ on: createRoute, kind: "accept-hang" as const }];
    const { server, run } = await setUp(home.dir, { faults });
    await using _server = server;
    expect((await run({ options: { timeoutSeconds: 0.3 } })).kind).toBe("done");
    expect(server.state().acceptedJobs).toBe(1);
  });

  test("a job of the same id over other rows is never adopted", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    const asked = await request();
    const uploaded = await provider.upload(asked, context);
    await provider.submit(asked, uploaded, context);
    const files = { ...uploaded.files, train: uploaded.files["validation"]! };
    await expect(provider.submit(asked, { files }, context)).rejects.toMatchObject({
      code: "job-id-taken",
    });
    const other = { ...asked, model: "accounts/fireworks/models/qwen3-8b" };
    expect(await provider.find(other, context)).toEqual([]);
    expect(await provider.find(asked, context)).toHaveLength(1);
  });

  test("a refusal proves that there is no job, and holds no key", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    const asked = await request();
    const uploaded = await provider.upload(asked, context);
    const wrongKey = { ...context.env, FIREWORKS_API_KEY: "fw_another_planted_key" };
    const refused = await provider
      .submit(asked, uploaded, { ...context, env: wrongKey })
      .catch((error: unknown) => error as Error);
    expect(refused).toBeInstanceOf(JobRejected);
    expect((refused as Error).message).not.toContain("fw_another_planted_key");
  });
});

test("states are told apart; one that is not known stops nothing", () => {
  const tell = (state: string) => statusOf({ name: "j", state: `JOB_STATE_${state}` }, []).state;
  const table = {
    CREATING: "queued",
    VALIDATING: "queued",
    PENDING: "queued",
    RE_QUEUEING: "queued",
    RUNNING: "running",
    WRITING_RESULTS: "running",
    CANCELLING: "running",
    PAUSED: "running",
    COMPLETED: "succeeded",
    EARLY_STOPPED: "succeeded",
    CANCELLED: "cancelled",
    FAILED: "failed",
    EXPIRED: "failed",
    DELETING: "failed",
  };
  for (const [state, expected] of Object.entries(table))
    expect([state, tell(state)]).toEqual([state, expected]);
  expect(() => tell("LEVITATING")).toThrow(RemoteError);
});

test("cancelling twice, or after the end, is one cancel", async () => {
  using home = scratch();
  const { server, provider, context, request } = await setUp(home.dir);
  await using _server = server;
  const asked = await request();
  const { remoteId } = await provider.submit(asked, await provider.upload(asked, context), context);
  await provider.cancel(remoteId, asked, context);
  await provider.cancel(remoteId, asked, context);
  for (let i = 0; i < 3; i++) await provider.poll(remoteId, asked, context);
  expect(await provider.poll(remoteId, asked, context)).toEqual({
    state: "cancelled",
    costUsd: null,
  });
  await provider.cancel(remoteId, asked, context);
  expect(server.state().requests.filter((seen) => seen.endsWith(":cancel"))).toHaveLength(1);
});

describe("a plan", () => {
  test("prices by size, and refuses what has no price or cannot be done", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    const plan = async (overrides: Partial<JobRecipe> = {}) =>
      provider.plan(await request(overrides), context);
    const usual = await plan();
    expect(usual.problems).toEqual([]);
    expect(usual.price).toEqual({ source: "fireworks.ai/pricing", checked: "2026-11-24" });
    expect(usual.requests.at(-1)!.url).toContain("?supervisedFineTuningJobId=rectune-abab");
    const big = await plan({ model: "accounts/fireworks/models/llama-v3p3-70b-instruct" });
    expect(big.ceilingUsd).toBeGreaterThan(usual.ceilingUsd);
    const unsized = await plan({ model: "accounts/fireworks/models/kimi-k2" });
    expect(unsized.problems.join()).toContain("options.pricePerMillionTokens");
    const { hyperparameters } = makeRecipe(home.dir);
    const lora = await plan({
      hyperparameters: { ...hyperparameters, lora: { rank: 8, alpha: 8 } },
    });
    expect(lora.problems.join()).toContain("options.loraRank");
    const half = await plan({ hyperparameters: { ...hyperparameters, epochs: 1.5 } });
    expect(half.problems.join()).toContain("whole numbers");
    const ranked = await plan({ options: { loraRank: 8 } });
    expect(ranked.requests.at(-1)!.body).toMatchObject({ loraRank: 8 });
  });

  test("is made without a network, and cannot be sent then", async () => {
    using home = scratch();
    const { server, run } = await setUp(home.dir);
    await server[Symbol.asyncDispose]();
    const planned = await run({}, { dryRun: true });
    if (planned.kind !== "planned") throw new Error(planned.kind);
    expect(planned.plan.notes.join("\n")).toContain("could not be asked whose key this is");
    expect(JSON.stringify(planned)).not.toContain(fireworksKey);
    await expect(run()).rejects.toMatchObject({ code: "provider-account" });
  });

  test("wants a name where the key has several accounts", async () => {
    using home = scratch();
    const { server, request } = await setUp(home.dir, { accounts: ["ana", "lab"] });
    await using _server = server;
    await expect(request()).rejects.toThrow("2 accounts: ana, lab");
    expect((await request({ options: { account: "lab" } })).account).toBe("lab");
  });
});

describe("serving", () => {
  test("leases a deployment under the lease's id, once, and deletes it", async () => {
    using home = scratch();
    const { server, provider, context, request, run } = await setUp(home.dir);
    await using _server = server;
    const done = await run();
    if (done.kind !== "done") throw new Error(done.kind);
    const asked = await request();
    const serving = provider.serving!;
    expect(await serving.ceilingUsd(30, asked, context)).toBe(3.5);
    const key = "ef".repeat(32);
    server.faults([{ on: "POST /v1/accounts/{acct}/deployments", kind: "accept-drop" }]);
    await expect(serving.start(key, 30, done.result, asked, context)).rejects.toThrow(RemoteError);
    const [hit] = await serving.find(key, asked, context);
    expect(await serving.start(key, 30, done.result, asked, context)).toEqual({
      remoteId: hit!.remoteId,
    });
    expect(server.state()["deployments"]).toHaveLength(1);
    let served = null;
    for (let i = 0; i < 4 && !served; i++)
      served = await serving.ready(hit!.remoteId, asked, context);
    expect(served).toEqual({
      model: `${done.result.model.slice("openai:".length)}#accounts/ana/deployments/${hit!.remoteId}`,
      baseUrl: `${server.url}/inference/v1`,
      keyEnv: "FIREWORKS_API_KEY",
    });
    await serving.release(hit!.remoteId, asked, context);
    await serving.release(hit!.remoteId, asked, context);
    expect(await serving.find(key, asked, context)).toEqual([]);
    await expect(serving.ready(hit!.remoteId, asked, context)).rejects.toThrow("gone");
    expect(server.state()).toMatchObject({ wrongs: [], violations: [] });
  });

  test("gives up a deployment on hardware dearer than approved", async () => {
    using home = scratch();
    const shape = { acceleratorType: "NVIDIA_B200_180GB", acceleratorCount: 2 };
    const { server, provider, context, request, run } = await setUp(home.dir, { shape });
    await using _server = server;
    const done = await run();
    const result = (done as { result: JobResult }).result;
    const asked = await request();
    const { remoteId } = await provider.serving!.start("ef".repeat(32), 30, result, asked, context);
    await expect(provider.serving!.ready(remoteId, asked, context)).rejects.toMatchObject({
      code: "serving-dearer",
    });
  });
});
