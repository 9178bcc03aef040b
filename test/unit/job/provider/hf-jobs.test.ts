// Hugging Face Jobs against the emulator, through the engine and alone: what is pushed and asked for, what is found again
// after a lost answer, and each trap of the package as a regression (its types, lists, streams and time-outs).

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RefusedError, RemoteError, UsageError } from "../../../../src/base/errors.ts";
import { makeHfJobsProvider, type HfTiming } from "../../../../src/job/provider/hf-jobs.ts";
import { JobRejected, type JobResult } from "../../../../src/job/provider/types.ts";
import type { JobRecipe } from "../../../../src/job/recipe.ts";
import { submitJob } from "../../../../src/job/submit.ts";
import { startHfJobs, type HfJobsServerOptions } from "../../../emulator/hf-jobs.ts";
import { hubToken } from "../../../emulator/hub-store.ts";
import { makeRecipe, scratch, testContext } from "../fixture.ts";
import { hostedRequest, makeHostedDataset, noWaits } from "./hosted-fixture.ts";

const createRoute = "POST /api/jobs/{ns}";
const pushRoute = "POST /api/datasets/{repo}/commit/{rev}";

type Setting = HfJobsServerOptions & { timing?: Partial<HfTiming>; env?: Record<string, string> };

async function setUp(dir: string, { timing, env, ...options }: Setting = {}) {
  const server = await startHfJobs(options);
  const provider = makeHfJobsProvider({ ...noWaits, requestMs: 2000, idleMs: 2000, ...timing });
  const context = testContext(dir, {
    env: { HF_TOKEN: hubToken, HF_ENDPOINT: server.url, ...env },
  });
  const recipeOf = (overrides: Partial<JobRecipe> = {}): JobRecipe =>
    makeRecipe(dir, {
      provider: "hf-jobs",
      model: "org/open-llama-1B",
      hyperparameters: {
        epochs: 2,
        learningRate: "auto",
        batchSize: "auto",
        lora: { rank: 16, alpha: 32 },
        maxTokens: 512,
      },
      ...overrides,
      options: provider.options.parse(overrides.options ?? {}),
    });
  const run = (overrides: Partial<JobRecipe> = {}, more = {}) =>
    submitJob(recipeOf(overrides), makeHostedDataset(dir), context, {
      providers: { "hf-jobs": provider },
      ...more,
    });
  const request = (overrides: Partial<JobRecipe> = {}) =>
    hostedRequest(dir, provider, recipeOf(overrides), context);
  const jobs = () =>
    server.state()["jobs"] as { id: string; stage: string; labels: Record<string, string> }[];
  return { server, provider, context, run, request, jobs };
}

describe("a job", () => {
  test("runs from rows to result, once; its log's progress is kept without duplicates", async () => {
    using home = scratch();
    const { server, run } = await setUp(home.dir);
    await using _server = server;
    const done = await run();
    if (done.kind !== "done") throw new Error(done.kind);
    const repo = `ana/rectune-${done.job.runKey.slice(0, 12)}`;
    expect(done.result).toMatchObject({ model: `hf:${repo}`, base: "hf:org/open-llama-1B" });
    expect(done.result).toMatchObject({ steps: 40, tokens: 12_345 });
    expect(server.store.models.get(repo)!.private).toBe(true);
    const metrics = readFileSync(join(done.job.jobDir, "metrics.jsonl"), "utf8").trim().split("\n");
    const steps = metrics.map((line) => (JSON.parse(line) as { step: number }).step);
    expect(steps.filter((step) => step > 0)).toEqual([10, 20, 30, 40]);
    const again = await run();
    expect(again.kind === "done" && again.reused).toBe(true);
    expect(server.state()).toMatchObject({ acceptedJobs: 1, leaks: [], violations: [] });
  });

  test("sends rows and trainer alone, private, and the same bytes only once", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    const first = await provider.upload(await request(), context);
    const repo = server.store.repos.get(first.files["repo"]!)!;
    expect(repo.private).toBe(true);
    const files = repo.commits[0]!.files;
    expect([...files.keys()].sort()).toEqual([
      "README.md",
      "train.jsonl",
      "train.py",
      "validation.jsonl",
    ]);
    expect(Object.keys(JSON.parse(files.get("train.jsonl")!.toString().split("\n")[0]!))).toEqual([
      "prompt",
      "completion",
    ]);
    expect(await provider.upload({ ...(await request()), seed: 9 }, context)).toEqual(first);
    expect(repo.commits).toHaveLength(1);
  });

  test("takes up a push whose answer was lost: no second commit", async () => {
    using home = scratch();
    const faults = [{ on: pushRoute, kind: "accept-drop" as const }];
    const { server, provider, context, request } = await setUp(home.dir, { faults });
    await using _server = server;
    await expect(provider.upload(await request(), context)).rejects.toThrow(RemoteError);
    const { files } = await provider.upload(await request(), context);
    const { commits } = server.store.repos.get(files["repo"]!)!;
    expect(commits.map(({ oid }) => oid)).toEqual([files["revision"]]);
  });

  test("goes on where somebody else's commit came between its look and its push", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    let races = 1;
    const racing: typeof fetch = async (url, init) => {
      const asked = url instanceof Request ? url.url : url.toString();
      if (asked.endsWith("/commit/main") && races-- > 0) {
        const [repo] = server.store.repos.values();
        repo!.commits.push({ oid: "b".repeat(40), summary: "another", files: new Map() });
      }
      return context.fetch(url, init);
    };
    const { files } = await provider.upload(await request(), { ...context, fetch: racing });
    const { commits } = server.store.repos.get(files["repo"]!)!;
    expect(commits.map(({ oid }) => oid)).toEqual(["b".repeat(40), files["revision"]]);
  });

  test("never pushes to a repository that is public", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    server.store.repos.set("ana/open", { private: false, commits: [] });
    const asked = await request({ options: { datasetRepo: "open" } });
    await expect(provider.upload(asked, context)).rejects.toThrow(RefusedError);
    expect(server.store.repos.get("ana/open")!.commits).toEqual([]);
  });

  test("tells the trainer's own reason when it fails, and what the minutes cost", async () => {
    using home = scratch();
    const trainerError = `no room on the card for ${hubToken}`;
    const { server, provider, context, run } = await setUp(home.dir, { trainerError });
    await using _server = server;
    const failed = await run().catch((error: unknown) => error as Error);
    expect((failed as Error).message).toContain("no room on the card for ***");
    const job = (server.state()["jobs"] as { id: string }[])[0]!;
    const request = await hostedRequest(
      home.dir,
      provider,
      makeRecipe(home.dir, { options: provider.options.parse({}) }),
      context,
    );
    const status = await provider.poll(job.id, request, context);
    expect(status).toMatchObject({ state: "failed", costUsd: expect.closeTo((5 * 0.8) / 60, 5) });
  });
});

describe("a create without an answer", () => {
  test.each(["accept-drop", "accept-hang", "error-after", "truncated", "conflict-after"] as const)(
    "%s: the job is found by its label on a late second page",
    async (kind) => {
      using home = scratch();
      const { server, run, provider, context, request, jobs } = await setUp(home.dir, {
        lag: 1,
        pageSize: 1,
        timing: { requestMs: 300 },
      });
      await using _server = server;
      // Another job of the account stands before it in the list.
      const other = { ...(await request()), runKey: "cd".repeat(32) };
      await provider.submit(other, await provider.upload(other, context), context);
      server.faults([{ on: createRoute, kind }]);
      const done = await run();
      expect(done.kind).toBe("done");
      expect(server.state().acceptedJobs).toBe(2);
      expect(new Set(jobs().map(({ labels }) => labels["run_key"])).size).toBe(2);
    },
  );

  test.each(["error-before", "drop-before", "rate-limit", "conflict"] as const)(
    "%s: it is never sent again by itself",
    async (kind) => {
      using home = scratch();
      const { server, run } = await setUp(home.dir, { faults: [{ on: createRoute, kind }] });
      await using _server = server;
      await expect(run()).rejects.toMatchObject({ code: "job-unresolved" });
      await expect(run()).rejects.toMatchObject({ code: "job-unresolved" });
      expect(server.state().acceptedJobs).toBe(0);
    },
  );

  test("of two jobs with one key the older is kept and the other cancelled", async () => {
    using home = scratch();
    const { server, run, provider, context, request, jobs } = await setUp(home.dir);
    await using _server = server;
    const planned = await run({}, { dryRun: true });
    if (planned.kind !== "planned") throw new Error(planned.kind);
    const twin = { ...(await request()), runKey: planned.runKey };
    const uploaded = await provider.upload(twin, context);
    for (let i = 0; i < 2; i++) await provider.submit(twin, uploaded, context);
    expect((await run()).kind).toBe("done");
    expect(server.state().acceptedJobs).toBe(2);
    expect(jobs().map(({ stage }) => stage)).toEqual(["COMPLETED", "CANCELED"]);
    expect(context.said.join("\n")).toContain("cancelling that one");
  });

  test("a refusal, and a port where nobody listens, prove that there is no job", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    const asked = await request();
    const uploaded = await provider.upload(asked, context);
    const elsewhere = { ...asked, account: "bob" };
    await expect(provider.submit(elsewhere, uploaded, context)).rejects.toThrow(JobRejected);
    const closed = await startHfJobs();
    await closed[Symbol.asyncDispose]();
    const nobody = { ...context, env: { ...context.env, HF_ENDPOINT: closed.url } };
    await expect(provider.submit(asked, uploaded, nobody)).rejects.toThrow(JobRejected);
  });
});

describe("traps of the package", () => {
  test("stages that its types lack are read: SCHEDULING, COMPLETED, CANCELED", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    const asked = await request();
    const uploaded = await provider.upload(asked, context);
    const { remoteId } = await provider.submit(asked, uploaded, context);
    const states: string[] = [];
    for (let i = 0; i < 7; i++) states.push((await provider.poll(remoteId, asked, context)).state);
    expect(states).toEqual([
      "queued",
      "running",
      "running",
      "running",
      "running",
      "succeeded",
      "succeeded",
    ]);
    const second = { ...asked, runKey: "cd".repeat(32) };
    const other = await provider.submit(second, uploaded, context);
    await provider.cancel(other.remoteId, second, context);
    await provider.cancel(other.remoteId, second, context);
    expect(await provider.poll(other.remoteId, second, context)).toEqual({
      state: "cancelled",
      costUsd: 0,
    });
  });

  test("a machine that its types lack may be asked for, one that the live list lacks may not", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    const plan = async (flavor: string) =>
      provider.plan(await request({ options: { flavor } }), context);
    expect(await plan("h200")).toMatchObject({ problems: [], ceilingUsd: 10 });
    expect((await plan("h900")).problems.join()).toContain('no machine "h900"; known: cpu-basic');
  });

  test("a time-out that is not taken over ends the job at once", async () => {
    using home = scratch();
    const { server, run, jobs, context } = await setUp(home.dir, { ignoreTimeout: 86_400 });
    await using _server = server;
    await expect(run()).rejects.toMatchObject({ code: "job-cancelled" });
    expect(jobs().map(({ stage }) => stage)).toEqual(["CANCELED"]);
    expect(context.said.join("\n")).toContain("86400 s instead of 7200 s");
  });

  test("every job has a time-out, one attempt, and its token among the secrets alone", async () => {
    using home = scratch();
    const { provider, context, server, request } = await setUp(home.dir);
    await using _server = server;
    const { requests } = await provider.plan(await request(), context);
    const body = requests.at(-1)!.body as Record<string, unknown>;
    expect(body).toMatchObject({ timeoutSeconds: 7200, attempts: 1, flavor: "l4x1" });
    expect(body["secrets"]).toEqual({ HF_TOKEN: "***" });
    expect(body["labels"]).toEqual({ app: "rectune", run_key: "ab".repeat(16) });
    expect(body["volumes"]).toEqual([
      expect.objectContaining({ type: "dataset", mountPath: "/data", readOnly: true }),
    ]);
    expect(JSON.stringify(requests)).not.toContain(hubToken);
  });

  test("a log that breaks off in the middle of a line goes on behind it, each line once", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir, { cutLogAfter: 5 });
    await using _server = server;
    const asked = await request();
    const { remoteId } = await provider.submit(
      asked,
      await provider.upload(asked, context),
      context,
    );
    const steps: number[] = [];
    await provider.follow!(remoteId, asked, context, ({ step }) => steps.push(step));
    // A connection gives five lines only, the fourth of them the first step.
    expect(steps.filter((step) => step > 0)).toEqual([10]);
    const lines: string[] = [];
    for await (const line of provider.logs!(remoteId, asked, context)) lines.push(line);
    expect(lines).toHaveLength(5);
  });
});

describe("a plan", () => {
  test("is made without a network from dated prices, and cannot be sent", async () => {
    using home = scratch();
    const { server, provider, run, request } = await setUp(home.dir, {
      env: { HF_ENDPOINT: "http://127.0.0.1:9" },
    });
    await using _server = server;
    const planned = await run({}, { dryRun: true });
    if (planned.kind !== "planned") throw new Error(planned.kind);
    expect(planned.plan.price).toMatchObject({ checked: "2026-11-24" });
    expect(planned.plan.notes.join("\n")).toContain("could not be asked");
    expect(planned.plan.problems).toEqual([]);
    await expect(run()).rejects.toMatchObject({ code: "provider-account" });
    expect((await request()).account).toBe("unknown");
    expect(provider.dedupe).toBe("B");
  });

  test("checks who pays and whether the time-out is long enough", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    const plan = async (overrides: Partial<JobRecipe> = {}) =>
      provider.plan(await request(overrides), context);
    expect((await plan()).checks).toContain("account ana can pay");
    server.store.me["canPay"] = false;
    expect((await plan()).problems.join()).toContain("account ana cannot pay");
    server.store.me["billingMode"] = "prepaid";
    expect((await plan()).notes.join()).toContain("prepaid credit must cover");
    const short = await plan({ options: { timeoutMinutes: 5 } });
    expect(short.problems.join()).toContain("timeoutMinutes 5 is too short");
    expect((await plan({ options: { namespace: "other" } })).problems.join()).toContain(
      "does not speak for other",
    );
  });

  test("looks at the base model: there, its size, and who may have it", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    const plan = async (model: string) => provider.plan(await request({ model }), context);
    expect((await plan("org/open-llama-1B")).checks).toContain("org/open-llama-1B is on the Hub");
    const closed = await plan("org/closed-llama");
    expect(closed.notes.join()).toContain("org/closed-llama is gated");
    // Its name tells no size, the Hub does.
    expect(closed.checks.join()).toMatch(/about \d+ needed/);
    expect((await plan("org/no-such-model")).problems).toEqual([
      'the Hub has no model "org/no-such-model", or none that this token may see',
    ]);
  });

  test("asks the live list for its price: no answer, no plan", async () => {
    using home = scratch();
    const faults = [{ on: "GET /api/jobs/hardware", kind: "error-before" as const }];
    const { server, provider, context, request } = await setUp(home.dir, { faults });
    await using _server = server;
    await expect(provider.plan(await request(), context)).rejects.toThrow(RemoteError);
  });
});

describe("serving", () => {
  const result = {} as JobResult;

  test("leases a second job with a port, finds it by its key, and ends it with its cost", async () => {
    using home = scratch();
    const { server, provider, context, request, run, jobs } = await setUp(home.dir);
    await using _server = server;
    const done = await run();
    if (done.kind !== "done") throw new Error(done.kind);
    const asked = { ...(await request()), runKey: done.job.runKey };
    const serving = provider.serving!;
    expect(await serving.ceilingUsd(30, asked, context)).toBe(0.41);
    server.faults([{ on: createRoute, kind: "accept-drop" }]);
    const key = "ef".repeat(32);
    await expect(serving.start(key, 30, result, asked, context)).rejects.toThrow(RemoteError);
    const [hit] = await serving.find(key, asked, context);
    const remoteId = hit!.remoteId;
    expect(await provider.find(asked, context)).toHaveLength(1);
    expect(await serving.ready(remoteId, asked, context)).toBeNull();
    expect(await serving.ready(remoteId, asked, context)).toBeNull();
    expect(await serving.ready(remoteId, asked, context)).toEqual({
      model: "tuned",
      baseUrl: `${server.url}/v1`,
      keyEnv: "HF_TOKEN",
    });
    const released = await serving.release(remoteId, asked, context);
    expect(released.costUsd).toBeCloseTo((2 * 0.81) / 60, 5);
    await serving.release(remoteId, asked, context);
    expect(jobs().map(({ stage }) => stage)).toEqual(["COMPLETED", "CANCELED"]);
    await expect(serving.ready(remoteId, asked, context)).rejects.toThrow(RemoteError);
    expect(server.state()).toMatchObject({ leaks: [], violations: [] });
  });

  test("needs the token in the environment, where an eval looks for it", async () => {
    using home = scratch();
    const { server, provider, context, request } = await setUp(home.dir);
    await using _server = server;
    const asked = await request();
    const bare = { ...context, env: { HF_ENDPOINT: server.url } };
    await expect(provider.serving!.ceilingUsd(30, asked, bare)).rejects.toThrow(UsageError);
  });
});
