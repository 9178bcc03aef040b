// Together against what others wrote: the published mock takes every call of ours on Together's own document, and its
// client runs on our emulator as it is.

import { describe, expect, test } from "vitest";
import Together from "together-ai";
import { makeTogetherProvider } from "../../src/job/provider/together.ts";
import { startTogether } from "../emulator/together.ts";
import { scratch, testContext } from "../unit/job/fixture.ts";
import { hostedRecipe, hostedRequest, noWaits } from "../unit/job/provider/hosted-fixture.ts";
import { lacksDocument, recordingFetch, startSteady, type Answered } from "./steady.ts";

const row = JSON.stringify({
  messages: [
    { role: "user", content: "film?" },
    { role: "assistant", content: "yes" },
  ],
});

describe.skipIf(lacksDocument("together.yaml"))("the published mock", () => {
  test("takes every call that the adapter makes, in both methods", async () => {
    using home = scratch();
    await using steady = await startSteady("together.yaml");
    const answers: Answered[] = [];
    const provider = makeTogetherProvider(noWaits);
    const context = testContext(home.dir, {
      env: { TOGETHER_BASE_URL: steady.url, TOGETHER_API_KEY: "tgp-test" },
      fetch: recordingFetch(answers),
    });
    const recipe = hostedRecipe(home.dir, provider, {
      options: { timeoutSeconds: 30 },
      hyperparameters: {
        epochs: 1,
        learningRate: 1e-4,
        batchSize: 8,
        lora: { rank: 8, alpha: 16 },
        maxTokens: 512,
      },
    });
    const request = await hostedRequest(home.dir, provider, recipe, context);
    const dpo = {
      ...request,
      method: "dpo" as const,
      options: { ...request.options, dpoBeta: 0.1 },
    };
    const full = {
      ...request,
      options: { ...request.options, full: true },
      hyperparameters: { ...request.hyperparameters, lora: null },
    };
    // The mock makes its answers from examples: what they say is not ours to judge, only that it takes the calls.
    const quietly = (call: Promise<unknown>): Promise<unknown> => call.catch(() => undefined);
    const files = { files: { train: "file-abc", validation: "file-def" } };
    await quietly(provider.plan(request, context));
    await quietly(provider.upload(request, context));
    for (const each of [request, full]) await quietly(provider.submit(each, files, context));
    const api = new Together({ apiKey: "tgp-test", baseURL: steady.url, fetch: context.fetch });
    const { togetherBody } = await import("../../src/job/provider/together-client.ts");
    for (const each of [request, full, dpo]) {
      const body = togetherBody(each, { train: "file-abc", validation: "file-def" });
      await quietly(Promise.resolve(api.post("/fine-tunes", { body, maxRetries: 0 })));
    }
    await quietly(provider.find(request, context));
    await quietly(provider.poll("ft-1", request, context));
    await quietly(provider.cancel("ft-1", request, context));
    await quietly(provider.result("ft-1", request, context));
    await quietly(Array.fromAsync(provider.logs!("ft-1", request, context)));
    await quietly(Promise.resolve(api.fineTuning.cancel("ft-1")));
    await quietly(Promise.resolve(api.fineTuning.listCheckpoints("ft-1")));
    await quietly(Promise.resolve(api.fineTuning.listMetrics("ft-1")));
    expect(answers.filter(({ status }) => status >= 400)).toEqual([]);
    const made = answers.map(({ request: called }) =>
      called.replace(/\/fine-tunes\/ft-1/, "/fine-tunes/{id}"),
    );
    for (const call of [
      "GET /fine-tunes/models/limits",
      "GET /files",
      "POST /files/upload",
      "POST /fine-tunes/estimate-price",
      "POST /fine-tunes",
      "GET /fine-tunes",
      "GET /fine-tunes/{id}",
      "GET /fine-tunes/{id}/events",
      "GET /fine-tunes/{id}/metrics",
      "GET /fine-tunes/{id}/checkpoints",
      "POST /fine-tunes/{id}/cancel",
    ])
      expect(made).toContain(call);
  });
});

describe("Together's own client", () => {
  test("runs on the emulator as it is: jobs, estimate, limits, events, metrics, checkpoints, cancel", async () => {
    await using server = await startTogether({ queue: 0, steps: 2 });
    const client = new Together({ apiKey: "tgp-test", baseURL: server.url });
    const form = new FormData();
    form.set("purpose", "fine-tune");
    form.set("file_name", "rows.jsonl");
    form.set("file", new Blob([`${row}\n`]), "rows.jsonl");
    const file = await client.post<{ id: string }>("/files/upload", { body: form });
    const create = { model: "open-llama", training_file: file.id, suffix: "r-1", n_epochs: 1 };
    while (!(await client.files.retrieve(file.id)).Processed);
    const price = await client.fineTuning.estimatePrice(create);
    expect(price).toMatchObject({ estimation_available: true, allowed_to_proceed: true });
    const limits = await client.fineTuning.modelLimits({ model_name: "open-llama" });
    expect(limits.lora_training.max_rank).toBe(64);
    const job = await client.fineTuning.create(create);
    expect((await client.fineTuning.list()).data).toMatchObject([{ id: job.id, suffix: "r-1" }]);
    let now = await client.fineTuning.retrieve(job.id);
    while (now.status !== "completed") now = await client.fineTuning.retrieve(job.id);
    expect(now.model_output_name).toContain("r-1");
    expect((await client.fineTuning.listEvents(job.id)).data).toHaveLength(2);
    expect((await client.fineTuning.listMetrics(job.id)).metrics).toHaveLength(2);
    expect((await client.fineTuning.listCheckpoints(job.id)).data).toHaveLength(2);
    await expect(client.fineTuning.cancel(job.id)).rejects.toMatchObject({ status: 400 });
    expect(server.state().violations).toEqual([]);
  });

  test("sends a create three times by itself when the answer is lost: what the adapter must never do", async () => {
    await using server = await startTogether({
      faults: [{ on: "POST /fine-tunes", kind: "accept-drop", times: 3 }],
    });
    const client = new Together({ apiKey: "tgp-test", baseURL: server.url });
    const form = new FormData();
    form.set("purpose", "fine-tune");
    form.set("file_name", "rows.jsonl");
    form.set("file", new Blob([`${row}\n`]), "rows.jsonl");
    const file = await client.post<{ id: string }>("/files/upload", { body: form });
    const create = { model: "open-llama", training_file: file.id };
    await expect(client.fineTuning.create(create)).rejects.toThrow();
    expect(server.state().acceptedJobs).toBe(3);
  });
});
