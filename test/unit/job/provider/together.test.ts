// The Together adapter against its emulator, through the engine and alone.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeTogetherProvider } from "../../../../src/job/provider/together.ts";
import { submitJob } from "../../../../src/job/submit.ts";
import { startTogether, type TogetherOptions } from "../../../emulator/together.ts";
import { scratch, testContext } from "../fixture.ts";
import { hostedRecipe, hostedRequest, makeHostedDataset, noWaits } from "./hosted-fixture.ts";

const secret = "tgp-planted-0123456789";

async function setUp(dir: string, options: TogetherOptions = {}) {
  const server = await startTogether(options);
  const provider = makeTogetherProvider(noWaits);
  const env = { TOGETHER_BASE_URL: server.url, TOGETHER_API_KEY: secret };
  const context = testContext(dir, { env });
  const run = (overrides: Parameters<typeof hostedRecipe>[2] = {}, more = {}) =>
    submitJob(hostedRecipe(dir, provider, overrides), makeHostedDataset(dir), context, {
      providers: { together: provider },
      ...more,
    });
  return { server, provider, context, run };
}

/** A fetch that gives no estimate, for a reason; all else goes on. */
function estimating(unavailable_reason: string): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    if (!url.endsWith("/estimate-price")) return fetch(input, init);
    return Response.json({ estimation_available: false, unavailable_reason });
  };
}

describe("a job", () => {
  test("runs from files to result, once, and is billed as the API says", async () => {
    using home = scratch();
    const { server, run } = await setUp(home.dir);
    await using _server = server;
    const done = await run();
    expect(done.kind).toBe("done");
    if (done.kind !== "done") return;
    expect(done.result.model).toMatch(/^openai:emulated\/open-llama-r-[0-9a-f]{12}/);
    expect(done.result.checkpoints.map(({ step }) => step)).toEqual([2, 4]);
    const again = await run();
    expect(again.kind === "done" && again.reused).toBe(true);
    const state = server.state();
    expect(state).toMatchObject({ acceptedJobs: 1, violations: [] });
    expect(state.dollars).toBeGreaterThan(0);
    expect(state.dollars).toBeLessThanOrEqual(done.job.ceilingUsd);
    const kept = JSON.parse(readFileSync(join(done.job.jobDir, "job.json"), "utf8")) as object;
    expect(kept).toMatchObject({ spentUsd: expect.closeTo(state.dollars, 8) });
    const metrics = readFileSync(join(done.job.jobDir, "metrics.jsonl"), "utf8").trim().split("\n");
    const steps = metrics.map((line) => (JSON.parse(line) as { step: number }).step);
    expect(steps.filter((step) => step > 0)).toEqual([1, 2, 3, 4]);
  });

  test.each(["accept-drop", "error-after", "conflict-after", "truncated", "accept-hang"] as const)(
    "is adopted after a create whose answer was lost: %s",
    async (kind) => {
      using home = scratch();
      const faults = [{ on: "POST /fine-tunes", kind }];
      const { server, run } = await setUp(home.dir, { faults, lag: 1 });
      await using _server = server;
      const done = await run({ options: { timeoutSeconds: kind === "accept-hang" ? 1 : 10 } });
      expect(done.kind).toBe("done");
      expect(server.state().acceptedJobs).toBe(1);
    },
  );

  test.each(["error-before", "conflict", "rate-limit", "drop-before"] as const)(
    "that was not made by a failed create is not sent again: %s",
    async (kind) => {
      using home = scratch();
      const { server, run } = await setUp(home.dir, { faults: [{ on: "POST /fine-tunes", kind }] });
      await using _server = server;
      await expect(run()).rejects.toMatchObject({ code: "job-unresolved" });
      await expect(run()).rejects.toMatchObject({ code: "job-unresolved" });
      const creates = server.state().requests.filter((held) => held === "POST /fine-tunes");
      expect(creates).toHaveLength(1);
    },
  );

  test("that fails says why, without the key", async () => {
    using home = scratch();
    const { server, run } = await setUp(home.dir, { fails: `out of memory, key ${secret}` });
    await using _server = server;
    const error = await run().catch((held: unknown) => held);
    expect(error).toMatchObject({ code: "job-failed" });
    expect(String(error)).toContain("out of memory, key ***");
  });

  test("is cancelled once, however often it is asked", async () => {
    using home = scratch();
    const { server, provider, context, run } = await setUp(home.dir);
    await using _server = server;
    const sent = await run({}, { detach: true });
    if (sent.kind !== "submitted") throw new Error(sent.kind);
    const request = { ...sent.job.spec, ...sent.job, method: "sft" as const, stateDir: home.dir };
    await provider.cancel(sent.job.remoteId!, request, context);
    await provider.cancel(sent.job.remoteId!, request, context);
    expect(await provider.poll(sent.job.remoteId!, request, context)).toMatchObject({
      state: "cancelled",
    });
  });

  test("goes on without an estimate where the API gives none, and says so", async () => {
    using home = scratch();
    const { server, context, run } = await setUp(home.dir);
    await using _server = server;
    context.fetch = estimating("multimodal_dataset");
    expect((await run()).kind).toBe("done");
    expect(context.said.join("\n")).toContain("no estimate (multimodal_dataset)");
  });

  test("is not created on a file that Together cannot use", async () => {
    using home = scratch();
    const { server, context, run } = await setUp(home.dir);
    await using _server = server;
    context.fetch = estimating("train_file_invalid");
    await expect(run()).rejects.toMatchObject({ code: "file-invalid" });
    expect(server.state().acceptedJobs).toBe(0);
  });

  test("is not created where the estimate is above the ceiling, or the account may not", async () => {
    for (const options of [{ pricePerMillionTokens: 1000 }, { allowed: false }]) {
      using home = scratch();
      const { server, run } = await setUp(home.dir, options);
      await using _server = server;
      await expect(run()).rejects.toMatchObject({ code: "estimate-above-ceiling" });
      expect(server.state().acceptedJobs).toBe(0);
    }
  });
});

describe("files", () => {
  test("are waited for until Together has read them", async () => {
    using home = scratch();
    const { server, run } = await setUp(home.dir, { reading: 2 });
    await using _server = server;
    expect((await run()).kind).toBe("done");
    const looks = server.state().requests.filter((held) => held === "GET /files/file-000001");
    expect(looks.length).toBeGreaterThanOrEqual(3);
  });

  test("hold messages alone, and are a run's own", async () => {
    using home = scratch();
    const { server, provider, context } = await setUp(home.dir);
    await using _server = server;
    const recipe = hostedRecipe(home.dir, provider);
    const request = await hostedRequest(home.dir, provider, recipe, context);
    const first = await provider.upload(request, context);
    expect(await provider.upload(request, context)).toEqual(first);
    const rows = readFileSync(join(request.jobDir, "upload/train.jsonl"), "utf8")
      .trim()
      .split("\n");
    for (const row of rows) expect(Object.keys(JSON.parse(row) as object)).toEqual(["messages"]);
    const files = server.state()["files"] as { name: string }[];
    expect(files.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^rectune-[0-9a-f]{16}-abababababab\.jsonl$/),
      expect.stringMatching(/^rectune-[0-9a-f]{16}-abababababab\.jsonl$/),
    ]);
  });
});

describe("plans", () => {
  test("need no network, and show adapters, seed and suffix", async () => {
    using home = scratch();
    const provider = makeTogetherProvider(noWaits);
    const context = testContext(home.dir, {
      env: { TOGETHER_API_KEY: secret },
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    });
    const hyperparameters = {
      epochs: 1,
      learningRate: 1e-4,
      batchSize: "auto",
      lora: { rank: 8, alpha: 16 },
      maxTokens: 512,
    } as const;
    const recipe = hostedRecipe(home.dir, provider, { hyperparameters });
    const request = await hostedRequest(home.dir, provider, recipe, context);
    const plan = await provider.plan(request, context);
    expect(plan.problems).toEqual([]);
    expect(plan.notes.join("\n")).toContain("could not be asked");
    expect(plan.requests.at(-1)!.body).toMatchObject({
      training_type: { type: "Lora", lora_r: 8, lora_alpha: 16 },
      training_method: { method: "sft", train_on_inputs: false },
      batch_size: "max",
      learning_rate: 1e-4,
      random_seed: 1,
      suffix: "r-abababababab",
    });
    expect(JSON.stringify(plan)).not.toContain(secret);
  });

  test("ask the model's limits and, once the file is there, the estimate", async () => {
    using home = scratch();
    const { server, provider, context } = await setUp(home.dir);
    await using _server = server;
    const hyperparameters = {
      epochs: 1,
      learningRate: "auto",
      batchSize: 500,
      lora: null,
      maxTokens: 512,
    } as const;
    const recipe = hostedRecipe(home.dir, provider, { hyperparameters });
    const request = await hostedRequest(home.dir, provider, recipe, context);
    const before = await provider.plan(request, context);
    expect(before.problems.join()).toContain("takes 96 at most, not 500");
    expect(before.notes.join()).toContain("estimate needs the file");
    await provider.upload(request, context);
    const after = await provider.plan(request, context);
    expect(after.notes.join()).toMatch(/the API estimates 0\.\d\d USD/);
    expect(server.state().violations).toEqual([]);
  });
});
