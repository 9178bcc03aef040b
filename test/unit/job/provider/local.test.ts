// The local provider with a stand-in for the Python trainer: a real child with a real lock, that trains nothing.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { cancelJob, watchById } from "../../../../src/job/control.ts";
import { Ledger } from "../../../../src/job/ledger.ts";
import { readMetrics } from "../../../../src/job/metrics-file.ts";
import { isRunning } from "../../../../src/job/provider/local-child.ts";
import { localProvider } from "../../../../src/job/provider/local.ts";
import { submitJob, type SubmitOptions } from "../../../../src/job/submit.ts";
import { makeDataset, makeRecipe, testContext } from "../fixture.ts";
import { makeFakePython, scratchForPrograms } from "./fake-python.ts";

const providers = { local: localProvider };
const secrets = {
  OPENAI_API_KEY: "sk-planted-1",
  HF_TOKEN: "hf_planted_2",
  AWS_SECRET: "planted-3",
};
const folders: Disposable[] = [];
afterEach(() => folders.splice(0).forEach((folder) => folder[Symbol.dispose]()));

function workspace(fake = "") {
  const folder = scratchForPrograms();
  folders.push(folder);
  const dataset = makeDataset(folder.dir);
  writeFileSync(join(dataset.dir, "train.jsonl"), '{"prompt":[],"completion":[]}\n');
  writeFileSync(join(dataset.dir, "validation.jsonl"), "");
  const model = join(folder.dir, "base");
  mkdirSync(model);
  const python = makeFakePython(folder.dir);
  const options = localProvider.options.parse({ python });
  const recipe = makeRecipe(folder.dir, { provider: "local", model, maxUsd: 0, options });
  const world = { fake };
  const context = (more: Parameters<typeof testContext>[1] = {}) =>
    testContext(folder.dir, {
      env: { PATH: process.env["PATH"], FAKE: world.fake, ...secrets },
      sleep: async (_ms, signal) => void (await wait(10, null, { signal }).catch(() => null)),
      ...more,
    });
  const ledger = <T>(read: (ledger: Ledger) => T): T => {
    using held = new Ledger(join(folder.dir, ".rectune"));
    return read(held);
  };
  return {
    world,
    context,
    recipe,
    dataset,
    job: () => ledger((held) => held.list()[0]!),
    run: (options: SubmitOptions = {}, more: Parameters<typeof testContext>[1] = {}) =>
      submitJob(recipe, dataset, context(more), { providers, ...options }),
  };
}

const read = (...path: string[]): string => readFileSync(join(...path), "utf8");
const childOf = (jobDir: string): string =>
  (JSON.parse(read(jobDir, "local.json")) as { child: string }).child;
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await wait(10);
};

describe("local", () => {
  test("trains to the end; steps, result and how to call the model are on record", async () => {
    const { run, job } = workspace();
    const done = await run();
    expect(done).toMatchObject({ kind: "done", reused: false });
    const { jobDir, runKey } = job();
    expect(readMetrics(jobDir).map(({ step }) => step)).toEqual([0, 1, 2, 3, 4].slice(-4));
    if (done.kind !== "done") throw new Error("not done");
    expect(done.result).toMatchObject({
      model: `local:${join(jobDir, "output/model")}`,
      base: `local:${join(jobDir, "output/base")}`,
      modelDir: "output/model",
      steps: 4,
      tokens: 99,
    });
    expect(done.result.checkpoints.map(({ step }) => step)).toEqual([2, 4]);
    expect(done.result.call[0]).toMatch(/score\.py'? --model/);
    const config = JSON.parse(read(jobDir, "config.json")) as Record<string, unknown>;
    expect(config).toMatchObject({ version: 1, runKey, method: "sft", pushTo: null, rows: null });
    expect(await run()).toMatchObject({ kind: "done", reused: true });
    expect(read(jobDir, "output/starts")).toBe("0\n");
  });

  test("the child sees no key but the Hub's, and no secret is in its words or the job's files", async () => {
    const { run, job } = workspace();
    await run();
    const { jobDir } = job();
    const seen = JSON.parse(read(jobDir, "output/seen.json")) as {
      env: Record<string, string>;
      argv: string[];
    };
    expect(seen.env).toMatchObject({ HF_TOKEN: secrets.HF_TOKEN });
    expect(Object.keys(seen.env)).not.toContain("OPENAI_API_KEY");
    expect(Object.keys(seen.env)).not.toContain("AWS_SECRET");
    const files = ["config.json", "local.json", "job.json", "train.log"].map((f) =>
      read(jobDir, f),
    );
    expect([...files, seen.argv.join(" ")].join("\n")).not.toMatch(/planted/);
  });

  test("a crash is a failure with the last words; a new attempt goes on from the checkpoint", async () => {
    const { run, job, world } = workspace("crash");
    await expect(run()).rejects.toThrow(
      /ended at step 3 of 4 without a word[^]*<b>torch.OutOfMemoryError/,
    );
    expect(job()).toMatchObject({ state: "FAILED" });
    world.fake = "";
    const done = await run();
    if (done.kind !== "done") throw new Error("not done");
    expect(done.job.attempt).toBe(2);
    expect(read(done.job.jobDir, "output/starts")).toBe("2\n");
  });

  test("a Python without the packages is told before anything starts; one that gives no answer is tried", async () => {
    const { run, job, world } = workspace("bare");
    await expect(run()).rejects.toMatchObject({
      code: "trainer-packages",
      where: "options.python",
      message: expect.stringMatching(
        /fake-python lacks torch, transformers, accelerate; nothing was started[^]*uv[^]*options\.python[^]*docs\/local-training\.md/,
      ) as string,
    });
    const { state, jobDir } = job();
    expect([state, existsSync(join(jobDir, "train.log"))]).toEqual(["REJECTED", false]);
    world.fake = "mute";
    expect(await run()).toMatchObject({ kind: "done" });
  });

  test("a package that does not load is told with what to do", async () => {
    const { run } = workspace("broken");
    await expect(run()).rejects.toThrow(/No module named[^]*uv[^]*docs\/local-training\.md/);
  });

  test("goes on when nobody watches, and is adopted by whoever looks next", async () => {
    const { run, job, context } = workspace("hold");
    expect(await run({ detach: true })).toMatchObject({ kind: "submitted" });
    const { id, jobDir } = job();
    await until(() => existsSync(join(jobDir, "output/starts")));
    expect(isRunning(childOf(jobDir))).toBe(true);
    const stop = new AbortController();
    const watched = watchById(id, context({ signal: stop.signal }), providers);
    await until(() => readMetrics(jobDir).length > 0);
    stop.abort();
    await expect(watched).rejects.toMatchObject({ exitCode: 130 });
    expect(isRunning(childOf(jobDir))).toBe(true);
    writeFileSync(join(jobDir, "output/go"), "");
    expect(await watchById(id, context(), providers)).toMatchObject({ state: "SUCCEEDED" });
    expect(read(jobDir, "output/starts")).toBe("0\n");
  });

  test.each(["hold", "deaf"])(
    "cancel ends a child that is %s, twice as well as once",
    async (fake) => {
      const { run, job, context } = workspace(fake);
      await run({ detach: true });
      const { id, jobDir } = job();
      await until(() => existsSync(join(jobDir, "output/starts")));
      expect(await cancelJob(id, context(), providers)).toMatchObject({ state: "CANCELLED" });
      expect(isRunning(childOf(jobDir))).toBe(false);
      expect(await cancelJob(id, context(), providers)).toMatchObject({ state: "CANCELLED" });
    },
  );

  test.each(["local:recorded", "local:started"])(
    "a crash at %s leaves one job and one training",
    async (point) => {
      const { run, job } = workspace();
      const onPoint = (name: string): void => {
        if (name === point) throw new Error("power cut");
      };
      // The engine takes any error for an unanswered create, and looks the job up.
      const done = await run({}, { onPoint: once(onPoint) });
      expect(done).toMatchObject({ kind: "done" });
      expect(read(job().jobDir, "output/starts")).toBe("0\n");
    },
  );

  test("says in the plan what will run, and refuses a model that is not there", async () => {
    const { recipe, dataset, context } = workspace();
    const options = localProvider.options.parse({ rows: 20 });
    const planned = { ...recipe, options };
    const outcome = await submitJob(planned, dataset, context(), { providers, dryRun: true });
    expect(outcome).toMatchObject({ plan: { rows: 20, steps: 2, ceilingUsd: 0 } });
    if (outcome.kind !== "planned") throw new Error("not planned");
    expect(outcome.plan.notes.join("\n")).toContain("uv run --script train.py config.json");
    const lost = { ...recipe, model: "./nowhere" };
    await expect(submitJob(lost, dataset, context(), { providers, dryRun: true })).rejects.toThrow(
      /there is no model at .*nowhere/,
    );
  });

  test("without uv and Python nothing is started, and the error says what to install", async () => {
    const { recipe, dataset, context, job } = workspace();
    const bare = { ...recipe, options: localProvider.options.parse({}) };
    await expect(
      submitJob(bare, dataset, context({ env: { PATH: "" } }), { providers }),
    ).rejects.toThrow(/there is no uv on this machine\n {2}Install uv/);
    expect(job()).toMatchObject({ state: "REJECTED" });
  });
});

function once(act: (name: string) => void): (name: string) => void {
  let done = false;
  return (name) => {
    if (done) return;
    try {
      act(name);
    } catch (error) {
      done = true;
      throw error;
    }
  };
}
