import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadJobRecipe } from "../../../src/job/recipe.ts";
import { scratch } from "./fixture.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

function write(dir: string, lines: string[]): string {
  const path = join(dir, "job.yaml");
  writeFileSync(path, lines.join("\n"));
  return path;
}

const least = ["version: 1", "dataset: ../d.yaml", "provider: micro", "model: micro:d64"];

describe("loadJobRecipe", () => {
  test("fills in defaults and makes the dataset's path absolute", async () => {
    using folder = scratch();
    const path = write(folder.dir, least);
    const recipe = await loadJobRecipe(path);
    expect(recipe).toMatchObject({
      dataset: join(dirname(folder.dir), "d.yaml"),
      method: "sft",
      hyperparameters: {
        epochs: 3,
        learningRate: "auto",
        batchSize: "auto",
        lora: null,
        maxTokens: 512,
      },
      seed: 1,
      maxUsd: 0,
      path,
    });
    expect(recipe.options).toMatchObject({ steps: null });
  });

  test("takes overrides; a dataset in them is relative to where one stands", async () => {
    using folder = scratch();
    const path = write(folder.dir, least);
    const set = ["hyperparameters.epochs=1", "options.steps=7", "dataset=x/y.yaml", "seed=5"];
    const recipe = await loadJobRecipe(path, set, "/here");
    expect(recipe).toMatchObject({
      hyperparameters: { epochs: 1 },
      options: { steps: 7 },
      dataset: "/here/x/y.yaml",
      seed: 5,
    });
  });

  test.each([
    [[...least, "hyperparameters: {epoch: 3}"], /job\.yaml:5:19: unknown key "epoch"\n.*"epochs"/],
    [[...least, "options: {step: 3}"], /job\.yaml:5:11: unknown key "step"\n.*"steps"/],
    [[...least, "options: {steps: many}"], /job\.yaml:5:18: options\.steps/],
    [[...least, "maxUsd: -1"], /job\.yaml:5:9: maxUsd/],
    [
      ["version: 1", "dataset: d", "provider: mikro", "model: m"],
      /job\.yaml:3:11: provider.*\n.*"micro"/,
    ],
    [["version: 2", ...least.slice(1)], /job\.yaml:1:10: version/],
    [least.slice(0, 3), /model/],
  ])("refuses %j", async (lines, message) => {
    using folder = scratch();
    const call = loadJobRecipe(write(folder.dir, lines));
    await expect(call).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message) as string,
    });
  });

  test("reads the recipe that ships", async () => {
    const recipe = await loadJobRecipe(join(root, "jobs", "sample.yaml"));
    expect(recipe).toMatchObject({
      provider: "micro",
      maxUsd: 0,
      dataset: join(root, "datasets", "sample.yaml"),
    });
  });
});
