import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DataError } from "../../../../src/base/errors.ts";
import { cancelJob, watchById } from "../../../../src/job/control.ts";
import { Ledger } from "../../../../src/job/ledger.ts";
import { readMetrics } from "../../../../src/job/metrics-file.ts";
import { holdFolder, holderOf } from "../../../../src/job/provider/hold-folder.ts";
import { makeMicroProvider, type RunMicro } from "../../../../src/job/provider/micro.ts";
import { submitJob, type SubmitOptions } from "../../../../src/job/submit.ts";
import { makeDataset, makeRecipe, scratch, testContext } from "../fixture.ts";

const totalSteps = 6;

/** A trainer that keeps its step in a checkpoint and does nothing else; `onStep` may abort or throw. */
function fakeTrainer(onStep: (step: number) => void = () => undefined): {
  run: RunMicro;
  starts: number[];
} {
  const starts: number[] = [];
  const run: RunMicro = async ({ jobDir, baseDir, signal, onMetric }) => {
    const checkpoint = join(jobDir, "checkpoint");
    let step = existsSync(checkpoint) ? Number(readFileSync(checkpoint, "utf8")) : 0;
    starts.push(step);
    mkdirSync(baseDir, { recursive: true });
    const end = { modelDir: join(jobDir, "model"), tokens: 100 };
    while (step < totalSteps) {
      step++;
      onMetric({
        phase: "tune",
        step,
        steps: totalSteps,
        loss: 5 - step / 2,
        rate: 0.1,
        tokensPerSecond: 31_000,
      });
      onStep(step);
      await new Promise((resolve) => setImmediate(resolve));
      if (step % 2 === 0) writeFileSync(checkpoint, String(step));
      if (signal.aborted) return { ...end, finished: false, steps: step };
    }
    mkdirSync(end.modelDir);
    return { ...end, finished: true, steps: step };
  };
  return { run, starts };
}

function workspace(trainer: RunMicro) {
  const folder = scratch();
  const providers = { micro: makeMicroProvider(async () => trainer) };
  const recipe = makeRecipe(folder.dir, { provider: "micro", model: "micro:d64", maxUsd: 0 });
  const dataset = makeDataset(folder.dir);
  const context = testContext(folder.dir);
  return {
    dir: folder.dir,
    providers,
    context,
    run: (options: SubmitOptions & { signal?: AbortSignal } = {}) =>
      submitJob(
        recipe,
        dataset,
        { ...context, ...(options.signal ? { signal: options.signal } : {}) },
        { providers, ...options },
      ),
    ledger: () => new Ledger(join(folder.dir, ".rectune")),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe("micro", () => {
  test("trains, and leaves model, base, metrics, job.json and a card", async () => {
    using space = workspace(fakeTrainer().run);
    const outcome = await space.run();
    if (outcome.kind !== "done") throw new Error(outcome.kind);
    const { job, result } = outcome;
    expect(result).toMatchObject({
      model: `micro:${join(job.jobDir, "model")}`,
      modelDir: "model",
      steps: totalSteps,
      tokens: 100,
    });
    expect(result.baseDir).toMatch(/^\.\.\/\.\.\/bases\/[0-9a-f]{12}$/);
    expect(existsSync(join(job.jobDir, result.baseDir!))).toBe(true);
    expect(readMetrics(job.jobDir).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(readFileSync(join(job.jobDir, "README.md"), "utf8")).toMatch(
      /shuffled targets[^]*nothing of the user/,
    );
    expect(JSON.parse(readFileSync(join(job.jobDir, "job.json"), "utf8"))).toMatchObject({
      modelDir: "model",
      baseDir: result.baseDir,
    });
    expect(space.context.said.at(-1)).toMatch(/^tune 6\/6 loss 2\.00 · 31k tokens\/s · ETA 0 s$/);
  });

  test("goes on from the checkpoint after Ctrl-C", async () => {
    const stop = new AbortController();
    const trainer = fakeTrainer((step) => void (step === 3 && stop.abort()));
    using space = workspace(trainer.run);
    await expect(space.run({ signal: stop.signal })).rejects.toMatchObject({
      exitCode: 130,
      message: expect.stringContaining("tune step 3 of 6") as string,
    });
    expect(space.ledger().list()[0]!.state).toBe("RUNNING");
    const outcome = await space.run();
    expect(outcome).toMatchObject({ kind: "done", job: { attempt: 1 } });
    expect(trainer.starts).toEqual([0, 2]);
    // Step 3 was made twice and stands once.
    if (outcome.kind === "done")
      expect(readMetrics(outcome.job.jobDir).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("takes a system fault for no verdict: the job stays and goes on", async () => {
    let isFull = true;
    const trainer = fakeTrainer((step) => {
      if (step === 3 && isFull)
        throw Object.assign(new Error("ENOSPC: no space left"), {
          code: "ENOSPC",
          syscall: "write",
        });
    });
    using space = workspace(trainer.run);
    await expect(space.run()).rejects.toThrow("ENOSPC");
    isFull = false;
    expect(await space.run()).toMatchObject({ kind: "done", job: { attempt: 1 } });
    expect(trainer.starts).toEqual([0, 2]);
  });

  test("fails with the trainer's reason, and starts anew after", async () => {
    let isBad = true;
    const trainer = fakeTrainer(() => {
      if (isBad) throw new DataError("no example fits", { code: "micro-too-long" });
    });
    using space = workspace(trainer.run);
    await expect(space.run()).rejects.toThrow(/failed: no example fits/);
    isBad = false;
    expect(await space.run()).toMatchObject({ kind: "done", job: { attempt: 2 } });
  });

  test("waits for the process that trains already, and trains once", async () => {
    const trainer = fakeTrainer();
    using space = workspace(trainer.run);
    const outcomes = await Promise.all([space.run(), space.run()]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["done", "done"]);
    expect(trainer.starts).toEqual([0]);
  });

  test("submits twins into one folder", async () => {
    using space = workspace(fakeTrainer().run);
    const [one, two] = await Promise.all([
      space.run({ detach: true }),
      space.run({ detach: true }),
    ]);
    expect([one.kind, two.kind]).toEqual(["submitted", "submitted"]);
    using ledger = space.ledger();
    expect(ledger.list()).toHaveLength(1);
    const { id } = ledger.list()[0]!;
    expect(await watchById(id.slice(0, 6), space.context, space.providers)).toMatchObject({
      state: "SUCCEEDED",
    });
  });

  test("is stopped by a cancel from elsewhere; cancelling again changes nothing", async () => {
    const cancels: Promise<unknown>[] = [];
    const trainer: RunMicro = async ({ signal, onMetric, jobDir }) => {
      onMetric({ phase: "tune", step: 1, steps: 9, loss: 1, rate: 1, tokensPerSecond: 1 });
      const [job] = space.ledger().list();
      cancels.push(cancelJob(job!.id, space.context, space.providers));
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return { finished: false, modelDir: jobDir, steps: 1, tokens: 1 };
    };
    using space = workspace(trainer);
    await expect(space.run()).rejects.toMatchObject({ code: "job-cancelled" });
    expect(await Promise.all(cancels)).toMatchObject([{ state: "CANCELLED" }]);
    const { id } = space.ledger().list()[0]!;
    expect(await cancelJob(id, space.context, space.providers)).toMatchObject({
      state: "CANCELLED",
    });
  });

  test("takes a lost folder for a failed job, and somebody else's record for an error", async () => {
    using space = workspace(fakeTrainer().run);
    const first = await space.run({ detach: true });
    if (first.kind !== "submitted") throw new Error(first.kind);
    const record = join(first.job.jobDir, "micro.json");
    writeFileSync(record, `{"runKey": "other"}`);
    await expect(space.run()).rejects.toMatchObject({ code: "job-record", where: record });
    rmSync(first.job.jobDir, { recursive: true });
    await expect(space.run()).rejects.toThrow();
    expect(await space.run()).toMatchObject({ kind: "done", job: { attempt: 2 } });
  });

  test("plans without training, and names what it cannot do", async () => {
    using folder = scratch();
    const provider = makeMicroProvider(() => Promise.reject(new Error("not for a plan")));
    const context = testContext(folder.dir);
    const options = { dryRun: true, providers: { micro: provider } };
    const recipe = makeRecipe(folder.dir, { provider: "micro", model: "micro:d64" });
    const dataset = makeDataset(folder.dir);
    expect(await submitJob(recipe, dataset, context, options)).toMatchObject({
      plan: { ceilingUsd: 0, rows: 30 },
    });
    const wrong = { ...recipe, model: "gpt-4.1", method: "dpo" as const };
    await expect(submitJob(wrong, dataset, context, options)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/no model "gpt-4.1".*not dpo/) as string,
    });
  });
});

describe("holdFolder", () => {
  test("lets one in at a time", () => {
    using folder = scratch();
    {
      using held = holdFolder(folder.dir);
      expect(held).not.toBeNull();
      expect(holdFolder(folder.dir)).toBeNull();
      expect(holderOf(folder.dir)).toMatch(new RegExp(`^${process.pid}@`));
    }
    expect(holderOf(folder.dir)).toBeNull();
    using again = holdFolder(folder.dir);
    expect(again).not.toBeNull();
  });
});
