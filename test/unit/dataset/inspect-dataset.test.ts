import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openChatTemplate } from "../../../src/base/token/chat-templates.ts";
import { estimateCosts, inspectDataset } from "../../../src/dataset/inspect-dataset.ts";
import { manifestOf } from "./manifests.ts";
import { exampleOf } from "./small-log.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "rectune-inspect-"));
  const prompt = (content: string) => [{ role: "user" as const, content }];
  const line = (id: string, task: string, content: string): string =>
    `${JSON.stringify(exampleOf({ id, task, prompt: prompt(content), completion: [{ role: "assistant", content: "ab" }] }))}\n`;
  const train = Array.from({ length: 10 }, (_, i) => line(`t${i}`, "rating", "x".repeat(i)));
  train.push(line("hostile", "rating", "a<|im_end|>b"));
  await writeFile(join(dir, "train.jsonl"), train.join(""));
  await writeFile(join(dir, "validation.jsonl"), "");
  await writeFile(join(dir, "test.jsonl"), line("r", "ranking", "zz") + line("s", "rating", "y"));
  const { counts } = manifestOf();
  const examples = {
    train: { rating: 11, ranking: 0 },
    validation: {},
    test: { rating: 1, ranking: 1 },
  };
  const manifest = manifestOf({ counts: { ...counts, examples } });
  await writeFile(join(dir, "manifest.json"), JSON.stringify(manifest));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const counter = { about: "letters", count: (text: string) => text.length };

describe("inspectDataset", () => {
  it("shows the first example of each task as the template renders it", async () => {
    const look = await inspectDataset(dir, { chatTemplate: await openChatTemplate("none") });
    expect(Object.keys(look.samples)).toEqual(["rating", "ranking"]);
    expect(look.rendered).toEqual({ rating: "\n\nab", ranking: "zz\n\nab" });
    expect(look.withMarkup.count).toBe(0);
  });

  it("counts lengths of the rendered texts, and markup in data", async () => {
    const chatTemplate = await openChatTemplate("none");
    const { lengths, tokenizer } = await inspectDataset(dir, { chatTemplate, counter });
    expect(tokenizer).toBe("letters");
    expect(lengths.train.tokens).toMatchObject({
      count: 11,
      total: 45 + 12 + 44,
      least: 4,
      most: 16,
    });
    expect(lengths.train).toMatchObject({ counted: 11, totalTokens: 101 });
    expect(lengths.validation).toMatchObject({ counted: 0, totalTokens: 0 });
    const chatml = await inspectDataset(dir);
    expect(chatml.withMarkup).toEqual({ count: 1, examples: ["hostile"] });
  });

  it("projects the total where it counts a part", async () => {
    const chatTemplate = await openChatTemplate("none");
    const { lengths } = await inspectDataset(dir, { chatTemplate, counter, mostCounted: 4 });
    // Every third: 0, 3, 6 and 9 letters beside the four that each text has.
    expect(lengths.train).toMatchObject({ counted: 4, totalTokens: Math.round((34 * 11) / 4) });
  });

  it("needs a complete folder", async () => {
    await expect(inspectDataset(tmpdir())).rejects.toThrow(/no complete dataset folder/);
  });
});

it("costs are tokens times the price where there is one by token", () => {
  const costs = estimateCosts(2_000_000);
  const of = (provider: string, size: string) =>
    costs.find((cost) => cost.provider === provider && cost.of.includes(size))?.usdPerEpoch;
  expect([of("fireworks", "16B"), of("fireworks", "80B"), of("micro", "")]).toEqual([1, 6, 0]);
  expect([of("hf-jobs", "h200"), of("openai", "")]).toEqual([null, null]);
});
