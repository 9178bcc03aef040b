// The adapter on the OpenAI wire against the emulator, through the engine and alone: what arrives, what is adopted after
// a lost answer, what a plan refuses, and what never stands in a message.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RemoteError } from "../../../../src/base/errors.ts";
import { makeOpenaiProvider } from "../../../../src/job/provider/openai.ts";
import { openaiProfiles } from "../../../../src/job/provider/openai-profiles.ts";
import { JobRejected, type Provider } from "../../../../src/job/provider/types.ts";
import { submitJob } from "../../../../src/job/submit.ts";
import type { JobServer } from "../../../emulator/job-server.ts";
import { startOpenaiJobs, type OpenaiJobsOptions } from "../../../emulator/openai-jobs.ts";
import { scratch, testContext } from "../fixture.ts";
import { hostedRecipe, hostedRequest, makeHostedDataset, noWaits } from "./hosted-fixture.ts";

const secret = "sk-planted-0123456789";
type Name = "openai" | "azure" | "nebius";

function envOf(name: Name, server: JobServer): Record<string, string> {
  const key = { openai: "OPENAI", azure: "AZURE_OPENAI", nebius: "NEBIUS" }[name];
  return name === "azure"
    ? { AZURE_OPENAI_ENDPOINT: new URL(server.url).origin, AZURE_OPENAI_API_KEY: secret }
    : { [`${key}_BASE_URL`]: server.url, [`${key}_API_KEY`]: secret };
}

async function setUp(name: Name, dir: string, options: OpenaiJobsOptions = {}, timing = {}) {
  const server = await startOpenaiJobs({ profile: name, ...options });
  const provider = makeOpenaiProvider(openaiProfiles[name], { ...noWaits, ...timing });
  const context = testContext(dir, { env: envOf(name, server) });
  const run = (overrides: Parameters<typeof hostedRecipe>[2] = {}, more = {}) =>
    submitJob(hostedRecipe(dir, provider, overrides), makeHostedDataset(dir), context, {
      providers: { [name]: provider },
      ...more,
    });
  return { server, provider, context, run };
}

const jobsOf = (server: JobServer) => server.state()["jobs"] as { id: string; state: string }[];

describe.each(["openai", "azure", "nebius"] as const)("%s", (name) => {
  test("runs a job from files to result, once", async () => {
    using home = scratch();
    const { server, run } = await setUp(name, home.dir);
    await using _server = server;
    const done = await run();
    expect(done.kind).toBe("done");
    if (done.kind !== "done") return;
    expect(done.result.model).toMatch(
      name === "nebius" ? /^openai:ftjob-/ : /^openai:ft:open-llama/,
    );
    expect(done.result.checkpoints.map(({ step }) => step)).toEqual([2, 4]);
    expect(done.result.call.join("\n")).toContain("/chat/completions");
    const again = await run();
    expect(again.kind === "done" && again.reused).toBe(true);
    expect(server.state()).toMatchObject({ acceptedJobs: 1, violations: [] });
    const metrics = readFileSync(join(done.job.jobDir, "metrics.jsonl"), "utf8").trim().split("\n");
    const steps = metrics.map((line) => (JSON.parse(line) as { step: number }).step);
    expect(steps.filter((step) => step > 0)).toEqual([1, 2, 3, 4]);
  });

  test.each(["accept-drop", "error-after", "conflict-after", "truncated", "accept-hang"] as const)(
    "adopts the job of a create whose answer was lost: %s",
    async (kind) => {
      using home = scratch();
      const { server, run } = await setUp(name, home.dir, {
        faults: [{ on: "POST /fine_tuning/jobs", kind }],
        lag: 1,
      });
      await using _server = server;
      const done = await run({ options: { timeoutSeconds: kind === "accept-hang" ? 1 : 10 } });
      expect(done.kind).toBe("done");
      expect(server.state().acceptedJobs).toBe(1);
    },
  );

  test("keeps the oldest of two jobs and cancels the other", async () => {
    using home = scratch();
    const { server, run } = await setUp(name, home.dir, {
      faults: [{ on: "POST /fine_tuning/jobs", kind: "twice" }],
    });
    await using _server = server;
    const first = await run({}, { detach: true });
    expect(first.kind).toBe("submitted");
    const { provider, context } = await setUpOn(name, home.dir, server);
    if (first.kind !== "submitted") return;
    const request = {
      ...first.job.spec,
      ...first.job,
      method: "sft" as const,
      stateDir: home.dir,
    };
    const hits = await provider.find(request, context);
    expect(hits.map(({ remoteId }) => remoteId)).toEqual(jobsOf(server).map(({ id }) => id));
    await provider.cancel(hits[1]!.remoteId, request, context);
    await provider.cancel(hits[1]!.remoteId, request, context);
    expect(jobsOf(server).map(({ state }) => state)).toEqual([expect.anything(), "cancelled"]);
  });

  test.each(["error-before", "conflict", "rate-limit", "drop-before"] as const)(
    "does not know of a create that failed by %s, finds none, and does not send again",
    async (kind) => {
      using home = scratch();
      const { server, run } = await setUp(name, home.dir, {
        faults: [{ on: "POST /fine_tuning/jobs", kind }],
      });
      await using _server = server;
      await expect(run()).rejects.toMatchObject({ code: "job-unresolved" });
      await expect(run()).rejects.toMatchObject({ code: "job-unresolved" });
      const creates = server.state().requests.filter((held) => held === "POST /fine_tuning/jobs");
      expect(creates).toHaveLength(1);
      expect(server.state().acceptedJobs).toBe(0);
    },
  );
});

async function setUpOn(name: Name, dir: string, server: JobServer) {
  const provider = makeOpenaiProvider(openaiProfiles[name], noWaits);
  return { provider, context: testContext(dir, { env: envOf(name, server) }) };
}

describe("a corrected price", () => {
  test("goes on with the same job, at the new price", async () => {
    using home = scratch();
    const { server, run } = await setUp("openai", home.dir);
    await using _server = server;
    const high = { pricePerMillionTokens: 1e6 };
    await expect(run({ options: high })).rejects.toMatchObject({ code: "budget-exceeded" });
    const done = await run({ options: { pricePerMillionTokens: 2, priceChecked: "2026-11-24" } });
    if (done.kind !== "done") throw new Error(done.kind);
    expect(done.job.attempt).toBe(1);
    expect(done.job.spec.options).toMatchObject({ pricePerMillionTokens: 2 });
    const again = await run({ options: high });
    expect(again.kind === "done" && again.job.id).toBe(done.job.id);
  });
});

describe("files", () => {
  test("are found by name and size, and sent once for both attempts", async () => {
    using home = scratch();
    const { server, provider, context } = await setUp("openai", home.dir, { pageSize: 1 });
    await using _server = server;
    const recipe = hostedRecipe(home.dir, provider);
    const request = await hostedRequest(home.dir, provider, recipe, context);
    const first = await provider.upload(request, context);
    const second = await provider.upload({ ...request, runKey: "cd".repeat(32) }, context);
    expect(second).toEqual(first);
    const files = server.state()["files"] as { name: string }[];
    expect(files).toHaveLength(2);
    for (const { name } of files) expect(name).toMatch(/^rectune-[0-9a-f]{16}\.jsonl$/);
  });

  test("are a run's own where jobs carry no metadata", async () => {
    using home = scratch();
    const { server, provider, context } = await setUp("nebius", home.dir);
    await using _server = server;
    const recipe = hostedRecipe(home.dir, provider);
    const request = await hostedRequest(home.dir, provider, recipe, context);
    const first = await provider.upload(request, context);
    expect(await provider.upload(request, context)).toEqual(first);
    const other = await provider.upload({ ...request, runKey: "cd".repeat(32) }, context);
    expect(other.files["train"]).not.toBe(first.files["train"]);
  });

  test("above a size go up in parts, with the same bytes", async () => {
    using home = scratch();
    const parts = { singleBytes: 500, partBytes: 300 };
    const { server, provider, context } = await setUp("openai", home.dir, {}, parts);
    await using _server = server;
    const recipe = hostedRecipe(home.dir, provider);
    const request = await hostedRequest(home.dir, provider, recipe, context);
    const uploaded = await provider.upload(request, context);
    const requests = server.state().requests;
    expect(requests.filter((held) => held.endsWith("/parts")).length).toBeGreaterThan(3);
    expect(server.state().violations).toEqual([]);
    const sent = readFileSync(join(request.jobDir, "upload/train.jsonl"), "utf8");
    const answer = await fetch(new URL("/_/text", server.url), {
      method: "POST",
      body: JSON.stringify({ id: uploaded.files["train"] }),
    });
    expect(await answer.json()).toEqual(sent.trim().split("\n"));
    expect(sent).not.toContain('"user":');
  });

  test("whose upload failed are looked for first, and sent once more by the next run", async () => {
    using home = scratch();
    const { server, run } = await setUp("openai", home.dir, {
      faults: [{ on: "POST /files", kind: "accept-drop" }],
    });
    await using _server = server;
    await expect(run()).rejects.toThrow(RemoteError);
    expect((await run()).kind).toBe("done");
    expect(server.state()["files"]).toHaveLength(2);
  });
});

describe("custom servers", () => {
  test.each([
    ["suffix", "nebius"],
    ["metadata", "openai"],
  ] as const)(
    "are where the recipe says, jobs are found by %s, in the dialect of %s",
    async (findBy, dialect) => {
      using home = scratch();
      const faults = [{ on: "POST /fine_tuning/jobs", kind: "accept-drop" as const }];
      await using server = await startOpenaiJobs({ profile: dialect, faults });
      const provider = makeOpenaiProvider(openaiProfiles.custom, noWaits);
      const context = testContext(home.dir, { env: { MY_KEY: secret } });
      const options = { baseUrl: `${server.url}/`, keyEnv: "MY_KEY", findBy, dialect };
      const recipe = hostedRecipe(home.dir, provider, { options });
      const done = await submitJob(recipe, makeHostedDataset(home.dir), context, {
        providers: { custom: provider },
      });
      if (done.kind !== "done") throw new Error(done.kind);
      expect(done.result.at).toEqual({ baseUrl: server.url, keyEnv: "MY_KEY" });
      expect(server.state().acceptedJobs).toBe(1);
    },
  );

  test("keep no key in a recipe's address", () => {
    const provider = makeOpenaiProvider(openaiProfiles.custom, noWaits);
    const options = { baseUrl: "https://me:secret@x.example/v1", keyEnv: "K" };
    expect(provider.options.safeParse(options).success).toBe(false);
  });
});

describe("logs", () => {
  test("tell every event once, oldest first, over pages, fit for a terminal", async () => {
    using home = scratch();
    const { server, provider, context, run } = await setUp("openai", home.dir, { pageSize: 2 });
    await using _server = server;
    const done = await run();
    if (done.kind !== "done") throw new Error(done.kind);
    const request = { ...done.job.spec, ...done.job, method: "sft" as const, stateDir: home.dir };
    const lines = await Array.fromAsync(provider.logs!(done.job.remoteId!, request, context));
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^20\d\d-.*Z info Created fine-tuning job$/);
    expect(lines.at(-1)).toContain("Step 4/4: training loss=0.5");
  });
});

describe("errors", () => {
  test("say that a refusal made no job, and never hold the key", async () => {
    using home = scratch();
    const { provider, context, server } = await setUp("openai", home.dir);
    await using _server = server;
    const request = await hostedRequest(
      home.dir,
      provider,
      hostedRecipe(home.dir, provider),
      context,
    );
    const thrown = await provider
      .submit(request, { files: { train: `file-${secret}` } }, context)
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(JobRejected);
    expect(String(thrown)).toContain("no such file: file-***");
    expect(String(thrown)).not.toContain(secret);
  });

  test("of a server that is not there prove that nothing was sent", async () => {
    using home = scratch();
    const { provider, context, server } = await setUp("openai", home.dir);
    await server[Symbol.asyncDispose]();
    const request = await hostedRequest(
      home.dir,
      provider,
      hostedRecipe(home.dir, provider),
      context,
    );
    await expect(
      provider.submit(request, { files: { train: "file-1" } }, context),
    ).rejects.toMatchObject({ code: "provider-unreachable" });
  });

  test("name the missing key and another account", async () => {
    using home = scratch();
    const { provider, context, server } = await setUp("openai", home.dir);
    await using _server = server;
    const request = await hostedRequest(
      home.dir,
      provider,
      hostedRecipe(home.dir, provider),
      context,
    );
    const { OPENAI_API_KEY: _key, ...keyless } = context.env;
    await expect(provider.find(request, { ...context, env: keyless })).rejects.toMatchObject({
      code: "provider-key",
    });
    const elsewhere = { ...context, env: { ...context.env, OPENAI_ORG_ID: "org-2" } };
    await expect(provider.find(request, elsewhere)).rejects.toMatchObject({
      code: "provider-account",
    });
  });
});

describe("plans", () => {
  const planOf = async (name: Name | "custom", overrides = {}, env = {}, rows = 12) => {
    using home = scratch();
    const provider: Provider = makeOpenaiProvider(openaiProfiles[name], noWaits);
    const context = testContext(home.dir, {
      env,
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    });
    const recipe = hostedRecipe(home.dir, provider, overrides);
    const request = await hostedRequest(home.dir, provider, recipe, context, rows);
    return await provider.plan(request, context);
  };
  const h = {
    epochs: 2,
    learningRate: "auto",
    batchSize: "auto",
    lora: null,
    maxTokens: 512,
  } as const;

  test("need no network, and show the exact create", async () => {
    const plan = await planOf("nebius", {
      hyperparameters: { ...h, learningRate: 1e-4, lora: { rank: 8, alpha: 16 } },
    });
    expect(plan.problems).toEqual([]);
    expect(plan.notes.join("\n")).toContain("NEBIUS_API_KEY is not set");
    const create = plan.requests.at(-1)!;
    expect(create.url).toBe("https://api.tokenfactory.nebius.com/v1/fine_tuning/jobs");
    expect(create.body).toMatchObject({
      model: "open-llama",
      hyperparameters: {
        n_epochs: 2,
        learning_rate: 1e-4,
        lora: true,
        lora_r: 8,
        lora_alpha: 16,
        context_length: 8192,
      },
      suffix: "r-abababababab",
    });
    expect(plan.ceilingUsd).toBeGreaterThanOrEqual(plan.estimateUsd);
  });

  test("refuse what the provider cannot do", async () => {
    const plan = await planOf("openai", {
      hyperparameters: {
        epochs: 1.5,
        learningRate: 0.1,
        batchSize: 300,
        lora: { rank: 4, alpha: 8 },
        maxTokens: 16,
      },
    });
    for (const word of ["epochs", "learningRate", "batchSize", "lora"])
      expect(plan.problems.join("\n")).toContain(`hyperparameters.${word}`);
  });

  test("refuse too few rows, and to go without a price", async () => {
    const plan = await planOf("openai", { options: { pricePerMillionTokens: undefined } }, {}, 9);
    expect(plan.problems.join("\n")).toContain("9 rows, too few");
    expect(plan.problems.join("\n")).toContain("no price is known");
  });

  test("refuse OpenAI's endpoint after its end, and a model that was shut down", async () => {
    using home = scratch();
    const provider = makeOpenaiProvider(openaiProfiles.openai, noWaits);
    const late = testContext(home.dir, { now: () => Date.parse("2027-01-06T01:00:00Z") });
    const recipe = hostedRecipe(home.dir, provider);
    const request = await hostedRequest(home.dir, provider, recipe, late);
    expect((await provider.plan(request, late)).problems.join()).toContain("since 2027-01-06");
    await using server = await startOpenaiJobs({ shutdownDates: { "open-llama": "2023-01-01" } });
    const asking = testContext(home.dir, { env: envOf("openai", server) });
    const asked = { ...request, account: await provider.account(asking, recipe.options) };
    expect((await provider.plan(asked, asking)).problems.join()).toContain(
      "shut down on 2023-01-01",
    );
  });
});
