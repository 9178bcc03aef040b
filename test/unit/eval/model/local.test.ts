// Models in folders, asked through a stand-in for the Python scorer: a real child over real pipes.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findLocalModel } from "../../../../src/eval/model/local.ts";
import { makeFakePython, scratchForPrograms } from "../../job/provider/fake-python.ts";

let folder: ReturnType<typeof scratchForPrograms>;
let model = "";
beforeEach(() => {
  folder = scratchForPrograms();
  model = join(folder.dir, "job/output/model");
  mkdirSync(join(folder.dir, "job/output/base"), { recursive: true });
  mkdirSync(model);
  writeFileSync(join(model, "adapter_model.safetensors"), "weights");
  writeFileSync(join(model, "adapter_config.json"), '{"base_model_name_or_path": "org/name"}');
  writeFileSync(join(folder.dir, "job/output/base/rectune.json"), '{"model": "org/name"}');
  writeFileSync(
    join(folder.dir, "job/local.json"),
    JSON.stringify({ python: makeFakePython(folder.dir) }),
  );
});
afterEach(() => folder[Symbol.dispose]());

const names = { name: "local:m", about: "m" };
const find = (env: Record<string, string> = {}, dir = model) =>
  findLocalModel(dir, names, { env, cwd: folder.dir });
const user = (content: string) => [{ role: "user" as const, content }];

describe("a model in a folder", () => {
  test("chooses and writes with the interpreter that its job recorded", async () => {
    const source = await find();
    const opened = await source.open({ threads: 1 });
    try {
      const [chosen] = await opened.choose!([{ messages: user("q"), choices: ["Yes", "No"] }], {
        maxTokens: 8,
      });
      expect([...chosen!.logprobs]).toEqual([-3, -2]);
      const prompts = Array.from({ length: 40 }, (_, i) => user(`prompt ${i}`));
      const written = await opened.complete(prompts, { maxTokens: 8 });
      expect(written.map(({ text }) => text)).toEqual(
        prompts.map(([message]) => message!.content.toUpperCase()),
      );
      expect(written[0]).toMatchObject({ finish: "stop", tokensOut: 8, costUsd: 0 });
    } finally {
      await opened.close();
    }
  });

  test("what cannot be asked is one failed answer, not the end", async () => {
    const opened = await (await find()).open({ threads: 1 });
    const [lost, good] = await opened.complete([user("too long"), user("short")], { maxTokens: 4 });
    expect(lost).toMatchObject({ finish: "failed", note: "ValueError: 9000 + 3 tokens" });
    expect(good).toMatchObject({ finish: "stop", text: "SHORT" });
    const [none] = await opened.choose!([{ messages: user("too long"), choices: ["a"] }], {
      maxTokens: 4,
    });
    expect([...none!.logprobs]).toEqual([Number.NaN]);
    await opened.close();
  });

  test.each([
    ["dead", /the scorer ended \(exit 1\); its last words:\n {2}no module named torch/],
    ["odd", /said what is no answer/],
    ["dies", /the scorer ended \(exit 9\)[^]*killed/],
  ])("a scorer that is %s is told with its last words", async (fake, words) => {
    const source = await find({ FAKE: fake });
    const ask = async (): Promise<void> => {
      const opened = await source.open({ threads: 1 });
      try {
        await opened.complete([user("a"), user("b")], { maxTokens: 4 });
      } finally {
        await opened.close();
      }
    };
    await expect(ask()).rejects.toThrow(words);
  });

  test("its identity is its weights and its base, and base/ stands for what it points to", async () => {
    const before = (await find()).identity;
    expect((await find()).identity).toBe(before);
    writeFileSync(join(model, "adapter_model.safetensors"), "other weights");
    expect((await find()).identity).not.toBe(before);
    const base = await find({}, join(folder.dir, "job/output/base"));
    expect(base.identity).not.toBe(before);
  });

  test("a folder without weights is refused", async () => {
    const empty = join(folder.dir, "empty");
    mkdirSync(empty);
    await expect(find({}, empty)).rejects.toMatchObject({ code: "model-missing", exitCode: 2 });
  });

  test("without the recorded interpreter, RECTUNE_PYTHON, then uv is looked for", async () => {
    const source = await find({ RECTUNE_PYTHON: join(folder.dir, "nowhere") });
    await expect(source.open({ threads: 1 })).rejects.toMatchObject({ code: "trainer-python" });
    writeFileSync(join(folder.dir, "job/local.json"), '{"python": null}');
    await expect((await find({ PATH: "" })).open({ threads: 1 })).rejects.toThrow(/Install uv/);
  });
});
