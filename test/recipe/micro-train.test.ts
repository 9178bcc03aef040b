// The embedded trainer as a whole: what it writes, and that a stopped run ends in the same weights, at any thread count.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLogger } from "../../src/base/logger.ts";
import { rngFor } from "../../src/base/rng.ts";
import { isModelFolder } from "../../src/job/micro/model-folder.ts";
import { openMicroModel } from "../../src/job/micro/open-model.ts";
import { microOptionsSchema } from "../../src/job/micro/options.ts";
import {
  trainModel,
  type Text,
  type TrainRequest,
  type Trained,
} from "../../src/job/micro/train-model.ts";

const colours = ["Red (2001)", "Blue (2002)", "Green (2003)"];
const rng = rngFor(1, "micro-train");
// The answer is the colour named twice: it cannot be told without reading the prompt.
const texts: Text[] = Array.from({ length: 300 }, () => {
  const answer = colours[rng.int(3)]!;
  const other = colours[rng.int(3)]!;
  const shown = rng.shuffle([answer, answer, other]);
  return {
    group: "next-item",
    prompt: [{ role: "user", content: `${shown.join("\n")}\nWhich?` }],
    answer,
    learnPrompt: false,
  };
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rectune micro "));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function train(name: string, changes: Partial<TrainRequest> = {}): Promise<Trained> {
  return trainModel({
    texts,
    extraTokens: colours,
    model: "d32",
    jobDir: join(folder, name),
    baseDir: join(folder, `${name}-base`),
    epochs: 1,
    learningRate: 0.005,
    batchSize: 8,
    maxTokens: 32,
    options: microOptionsSchema.parse({ steps: 40, baseSteps: 5, saveEvery: 1000 }),
    seed: 1,
    threads: 2,
    signal: new AbortController().signal,
    log: silentLogger,
    now: () => 0,
    onMetric: () => undefined,
    ...changes,
  });
}

const weightsOf = (name: string): Promise<Buffer> =>
  readFile(join(folder, name, "model/model.safetensors"));

describe("trainModel", () => {
  it("ends in the same weights when stopped and taken up again, with one thread or two", async () => {
    const whole = await train("whole");
    expect(whole).toMatchObject({ finished: true, steps: 40 });
    const stop = new AbortController();
    const stopped = await train("stopped", {
      signal: stop.signal,
      threads: 1,
      onMetric: ({ phase, step }) => phase === "tune" && step === 17 && stop.abort(),
    });
    expect(stopped).toMatchObject({ finished: false, steps: 17 });
    expect(isModelFolder(join(folder, "stopped/model"))).toBe(false);
    const resumed = await train("stopped", { threads: 1 });
    expect(resumed).toMatchObject({ finished: true, steps: 40 });
    expect((await weightsOf("stopped")).equals(await weightsOf("whole"))).toBe(true);
    const other = await train("other", { seed: 2 });
    expect(other.finished).toBe(true);
    expect((await weightsOf("other")).equals(await weightsOf("whole"))).toBe(false);
  });

  it("learns what the shuffled base cannot know, and answers choices alike in batches and one by one", async () => {
    const { modelDir } = await train("learned", {
      options: microOptionsSchema.parse({ steps: 300, baseSteps: 20 }),
    });
    const asked = texts.slice(0, 60);
    const shareRight = async (dir: string): Promise<number> => {
      const model = await openMicroModel(dir, { threads: 1 });
      const scored = await model.scoreChoices(
        asked.map((t) => ({ messages: t.prompt, choices: colours })),
      );
      // A choice of several tokens sends the whole prompt down the other path.
      const slow = await model.scoreChoices([
        { messages: asked[0]!.prompt, choices: [...colours, "Red and Blue"] },
      ]);
      const gap = (l: Float64Array): number => l[0]! - l[1]!;
      expect(gap(slow[0]!.logprobs)).toBeCloseTo(gap(scored[0]!.logprobs), 1);
      const written = await model.generate([asked[0]!.prompt], { maxTokens: 4 });
      await model.close();
      const picks = scored.map(({ logprobs }) => colours[logprobs.indexOf(Math.max(...logprobs))]);
      if (dir === modelDir) expect(written[0]).toMatchObject({ text: picks[0], finish: "stop" });
      return picks.filter((pick, i) => pick === asked[i]!.answer).length / asked.length;
    };
    expect(await shareRight(modelDir)).toBeGreaterThan(0.8);
    expect(await shareRight(join(folder, "learned-base"))).toBeLessThan(0.6);
  });

  it("leaves out what is too long, and says when nothing fits", async () => {
    const warnings: string[] = [];
    const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    const long: Text = { ...texts[0]!, prompt: [{ role: "user", content: "word ".repeat(60) }] };
    const options = microOptionsSchema.parse({ steps: 2, baseSteps: 1 });
    await train("long", { texts: [long, ...texts.slice(0, 15)], options, log });
    expect(warnings).toEqual(["1 of 16 examples are longer than 32 tokens and are left out"]);
    await expect(train("too-long", { texts: [long], options })).rejects.toThrow(
      /none of 1 examples fits into 32 tokens/,
    );
  });
});
