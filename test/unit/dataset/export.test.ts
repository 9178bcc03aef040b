import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { plainContext } from "../../../src/base/logger.ts";
import { exportDataset, type ExportOptions } from "../../../src/dataset/export.ts";
import type { FormatName } from "../../../src/dataset/format/index.ts";
import type { Example } from "../../../src/dataset/task/types.ts";
import { manifestOf } from "./manifests.ts";
import { exampleOf } from "./small-log.ts";

let folder = "";
let data = "";
let runs = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rectune-export-"));
  data = join(folder, "data");
  await mkdir(data);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  await writeFile(join(data, "manifest.json"), JSON.stringify(manifestOf({ license: "L*" })));
  await write("train", [exampleOf(), exampleOf({ task: "rating" })]);
  await write("validation", []);
  await write("test", [exampleOf()]);
});

function write(split: string, examples: Example[]): Promise<void> {
  const text = examples.map((example) => `${JSON.stringify(example)}\n`).join("");
  return writeFile(join(data, `${split}.jsonl`), text);
}

async function run(format: FormatName, options: Partial<ExportOptions> = {}) {
  const out = join(folder, `out${runs++}`);
  return exportDataset(data, format, plainContext(), { out, ...options });
}

const read = (dir: string, name: string): Promise<string> => readFile(join(dir, name), "utf8");

describe("exportDataset", () => {
  it("writes each split, a card and a manifest of the files", async () => {
    const { dir, manifest, checks } = await run("trl-sft");
    expect((await readdir(dir)).sort()).toEqual([
      "README.md",
      "manifest.json",
      "test.jsonl",
      "train.jsonl",
      "validation.jsonl",
    ]);
    expect(manifest).toMatchObject({
      format: "trl-sft",
      license: "L*",
      rows: { train: 2, validation: 0, test: 1 },
      skipped: {},
    });
    expect(JSON.parse(await read(dir, "manifest.json"))).toEqual(manifest);
    expect(Object.keys(checks)).toEqual(["train", "test"]);
    const card = await read(dir, "README.md");
    expect(card).toContain("path: train.jsonl");
    expect(card).not.toContain("path: validation.jsonl");
    expect(card).toContain("L\\*");
  });

  it("gives the same bytes again", async () => {
    const [one, two] = [await run("sharegpt"), await run("sharegpt")];
    for (const name of await readdir(one.dir))
      expect(await read(two.dir, name)).toBe(await read(one.dir, name));
  });

  it("writes one array as the layout says, and one task alone", async () => {
    const layout = { indent: 2, finalNewline: false };
    const { dir, manifest } = await run("alpaca-json", { layout, tasks: ["rating"] });
    expect(manifest.rows).toEqual({ train: 1, validation: 0, test: 0 });
    expect(await read(dir, "test.json")).toBe("[]");
    expect(await read(dir, "train.json")).toMatch(/^\[\n {2}\{\n {4}"instruction": .*\n\]$/s);
  });

  it("says what made no row, and refuses to make an export of none", async () => {
    await write("train", [exampleOf({ task: "rating" })]);
    await write("test", []);
    const none = run("instruction-jsonl", { tasks: ["ranking"] });
    await expect(none).rejects.toMatchObject({ code: "export-empty", exitCode: 3 });
  });

  it("refuses a task that the dataset does not have, with those that it has", async () => {
    const error = await run("trl-sft", { tasks: ["rating", "rankin"] }).catch((e: Error) => e);
    expect(error).toMatchObject({ code: "export-task", exitCode: 2, where: "--task rankin" });
    expect((error as Error).message).toContain("the dataset has rating, ranking");
    expect((error as Error).message).toContain("Did you mean ranking?");
  });

  it.each<[FormatName, ExportOptions["layout"], string]>([
    ["openai-chat", { indent: 4 }, "--indent"],
    ["arrow", { ascii: true }, "--ascii"],
    ["parquet", { finalNewline: false }, "--no-final-newline"],
  ])("%s refuses a layout it lacks", async (format, layout, where) => {
    await expect(run(format, { layout: layout! })).rejects.toMatchObject({
      code: "layout-unknown",
      where,
    });
  });

  it("leaves nothing behind when it fails or is stopped", async () => {
    const out = join(folder, "stopped");
    const signal = AbortSignal.abort();
    const stopped = exportDataset(data, "trl-sft", plainContext({ signal }), { out });
    await expect(stopped).rejects.toMatchObject({ exitCode: 130 });
    await writeFile(join(data, "test.jsonl"), "{\n");
    await expect(run("trl-sft", { out })).rejects.toMatchObject({ code: "example-malformed" });
    await write("test", [exampleOf()]);
    const wanted = run("trl-sft", { out, withInteractions: true });
    await expect(wanted).rejects.toMatchObject({ code: "dataset-file-missing" });
    expect((await readdir(folder)).filter((name) => name.startsWith("stopped"))).toEqual([]);
  });

  it("refuses a folder that holds something, unless it may replace it", async () => {
    const out = join(folder, "taken");
    await run("trl-sft", { out });
    await expect(run("sharegpt", { out })).rejects.toMatchObject({ code: "out-taken" });
    expect((await run("sharegpt", { out, ifExists: "replace" })).manifest.format).toBe("sharegpt");
    await expect(run("sharegpt", { out: data, ifExists: "replace" })).rejects.toMatchObject({
      code: "out-taken",
    });
  });

  it("replaces nothing but an export: neither other files nor what the dataset lies in", async () => {
    const foreign = join(folder, "keep");
    await mkdir(foreign);
    await writeFile(join(foreign, "log.csv"), "user,item\n");
    for (const out of [foreign, folder, data]) {
      const refused = run("sharegpt", { out, ifExists: "replace" });
      await expect(refused).rejects.toMatchObject({ code: "out-taken" });
      await expect(refused).rejects.toThrow(/nothing but an export is ever replaced/);
    }
    expect(await readFile(join(foreign, "log.csv"), "utf8")).toBe("user,item\n");
    // Even an export stays where the dataset lies inside it.
    await writeFile(join(folder, "manifest.json"), '{"kind": "rectune-export"}');
    await expect(run("sharegpt", { out: folder, ifExists: "replace" })).rejects.toThrow(
      /dataset itself/,
    );
  });

  it("says that a dataset of an earlier version keeps no answers to make pairs from", async () => {
    const { answers: _, ...earlier } = manifestOf();
    await writeFile(join(data, "manifest.json"), JSON.stringify(earlier));
    await expect(run("trl-dpo")).rejects.toMatchObject({ code: "dataset-without-answers" });
  });
});
