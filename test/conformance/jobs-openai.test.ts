// The OpenAI wire against what others wrote: the published mock takes every call of ours, and OpenAI's own client runs
// on our emulator as it is. The emulator holds each request and reply against the same document.

import { describe, expect, test } from "vitest";
import OpenAI from "openai";
import { openaiProfiles } from "../../src/job/provider/openai-profiles.ts";
import { makeOpenaiProvider } from "../../src/job/provider/openai.ts";
import { startOpenaiJobs } from "../emulator/openai-jobs.ts";
import { scratch, testContext } from "../unit/job/fixture.ts";
import { hostedRecipe, hostedRequest, noWaits } from "../unit/job/provider/hosted-fixture.ts";
import { lacksDocument, recordingFetch, startSteady, type Answered } from "./steady.ts";

const rows = Array.from({ length: 10 }, (_, i) =>
  JSON.stringify({
    messages: [
      { role: "user", content: `film ${i}?` },
      { role: "assistant", content: "yes" },
    ],
  }),
).join("\n");

describe.skipIf(lacksDocument("openai-fine-tuning.json"))("the published mock", () => {
  test("takes every call that the adapter makes, in both methods and with parts", async () => {
    using home = scratch();
    await using steady = await startSteady("openai-fine-tuning.json");
    const answers: Answered[] = [];
    const provider = makeOpenaiProvider(openaiProfiles.openai, {
      ...noWaits,
      singleBytes: 500,
      partBytes: 400,
    });
    const whole = makeOpenaiProvider(openaiProfiles.openai, noWaits);
    const context = testContext(home.dir, {
      env: { OPENAI_BASE_URL: steady.url, OPENAI_API_KEY: "sk-test" },
      fetch: recordingFetch(answers),
    });
    const options = { learningRateMultiplier: 0.5, timeoutSeconds: 30 };
    const recipe = hostedRecipe(home.dir, provider, { options });
    const request = await hostedRequest(home.dir, provider, recipe, context);
    const dpo = {
      ...request,
      method: "dpo" as const,
      options: { ...request.options, dpoBeta: 0.1 },
    };
    // The mock makes its answers from examples: what they say is not ours to judge, only that it takes the calls.
    const quietly = (call: Promise<unknown>): Promise<unknown> => call.catch(() => undefined);
    const files = { files: { train: "file-abc", validation: "file-def" } };
    await quietly(provider.plan(request, context));
    await quietly(provider.upload(request, context));
    await quietly(whole.upload(request, context));
    await quietly(provider.submit(request, files, context));
    await quietly(provider.submit(dpo, files, context));
    await quietly(provider.find(request, context));
    await quietly(provider.poll("ftjob-1", request, context));
    await quietly(provider.cancel("ftjob-1", request, context));
    await quietly(provider.result("ftjob-1", request, context));
    await quietly(Array.fromAsync(provider.logs!("ftjob-1", request, context)));
    const api = new OpenAI({ apiKey: "sk-test", baseURL: steady.url, fetch: context.fetch });
    await quietly(Promise.resolve(api.fineTuning.jobs.cancel("ftjob-1")));
    expect(answers.filter(({ status }) => status >= 400)).toEqual([]);
    const made = answers.map(({ request: called }) =>
      called.replace(/\/(files|uploads|jobs)\/[^/]+/, "/$1/{id}"),
    );
    for (const call of [
      "GET /models/open-llama",
      "GET /files",
      "POST /files",
      "POST /uploads",
      "POST /uploads/{id}/parts",
      "POST /uploads/{id}/complete",
      "POST /fine_tuning/jobs",
      "GET /fine_tuning/jobs",
      "GET /fine_tuning/jobs/{id}",
      "GET /fine_tuning/jobs/{id}/events",
      "GET /fine_tuning/jobs/{id}/checkpoints",
      "POST /fine_tuning/jobs/{id}/cancel",
    ])
      expect(made).toContain(call);
  });

  test("refuses what the document refuses, so that the test above can fail", async () => {
    await using steady = await startSteady("openai-fine-tuning.json");
    const answer = await fetch(`${steady.url}/fine_tuning/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "m" }),
    });
    expect(answer.status).toBe(400);
  });
});

describe("OpenAI's own client", () => {
  test("runs on the emulator as it is: files, uploads, jobs, pages, events, checkpoints, cancel", async () => {
    await using server = await startOpenaiJobs({ pageSize: 2, queue: 0, steps: 3 });
    const client = new OpenAI({ apiKey: "sk-test", baseURL: server.url });
    const made = await client.files.create({
      file: new File([rows], "rows.jsonl"),
      purpose: "fine-tune",
    });
    expect((await client.files.waitForProcessing(made.id)).status).toBe("processed");
    const bytes = Buffer.byteLength(rows);
    const upload = await client.uploads.create({
      bytes,
      filename: "parts.jsonl",
      mime_type: "application/jsonl",
      purpose: "fine-tune",
    });
    const half = new Blob([rows]).slice(0, 200);
    const first = await client.uploads.parts.create(upload.id, { data: new File([half], "a") });
    const rest = new Blob([rows]).slice(200);
    const second = await client.uploads.parts.create(upload.id, { data: new File([rest], "b") });
    const whole = await client.uploads.complete(upload.id, { part_ids: [first.id, second.id] });
    expect(whole.file?.bytes).toBe(bytes);
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) {
      const job = await client.fineTuning.jobs.create({
        model: "open-llama",
        training_file: made.id,
        metadata: { run_key: n === 3 ? "wanted" : `other-${n}` },
        method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 1 } } },
      });
      ids.push(job.id);
    }
    const listed = await Array.fromAsync(client.fineTuning.jobs.list());
    expect(listed.map(({ id }) => id)).toEqual(ids.toReversed());
    const found = await Array.fromAsync(
      client.fineTuning.jobs.list({ metadata: { run_key: "wanted" } }),
    );
    expect(found.map(({ id }) => id)).toEqual([ids[3]]);
    await client.fineTuning.jobs.cancel(ids[0]!);
    await expect(client.fineTuning.jobs.cancel(ids[0]!)).rejects.toMatchObject({ status: 400 });
    let job = await client.fineTuning.jobs.retrieve(ids[1]!);
    while (job.status !== "succeeded") job = await client.fineTuning.jobs.retrieve(ids[1]!);
    expect(job.fine_tuned_model).toContain("open-llama");
    const events = await Array.fromAsync(client.fineTuning.jobs.listEvents(ids[1]!));
    expect(events.map(({ message }) => message)).toHaveLength(4);
    const kept = await Array.fromAsync(client.fineTuning.jobs.checkpoints.list(ids[1]!));
    expect(kept.map(({ step_number: step }) => step)).toEqual([3, 2]);
    expect(server.state().violations).toEqual([]);
  });

  test("sends a create three times by itself when the answer is lost: what the adapter must never do", async () => {
    await using server = await startOpenaiJobs({
      faults: [{ on: "POST /fine_tuning/jobs", kind: "accept-drop", times: 3 }],
    });
    const client = new OpenAI({ apiKey: "sk-test", baseURL: server.url });
    const file = await client.files.create({
      file: new File([rows], "rows.jsonl"),
      purpose: "fine-tune",
    });
    const create = { model: "open-llama", training_file: file.id };
    await expect(client.fineTuning.jobs.create(create)).rejects.toThrow();
    expect(server.state().acceptedJobs).toBe(3);
  });
});

describe.skipIf(lacksDocument("openai-fine-tuning.json"))("the emulator", () => {
  test("holds requests against the document", async () => {
    await using server = await startOpenaiJobs();
    const client = new OpenAI({ apiKey: "sk-test", baseURL: server.url });
    const wrong = {
      model: "open-llama",
      training_file: "file-1",
      seed: -1,
    };
    await expect(client.fineTuning.jobs.create(wrong)).rejects.toMatchObject({ status: 400 });
    expect(server.state().violations.join()).toContain("seed must be >= 0");
  });
});
