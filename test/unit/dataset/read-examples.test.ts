import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readExamples } from "../../../src/dataset/read-examples.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "rectune-examples-"));
});
afterEach(() => rm(dir, { recursive: true }));

const message = [{ role: "user", content: "x" }];
const lineOf = (over: Record<string, unknown> = {}): string =>
  JSON.stringify({
    id: "a",
    task: "rating",
    item: "i",
    prompt: message,
    completion: message,
    history: [],
    ...over,
  });

it("reads the splits of a folder in order, and a file as train", async () => {
  for (const split of ["train", "validation", "test"])
    await writeFile(join(dir, `${split}.jsonl`), `${lineOf({ id: split })}\n`);
  const ids = await Array.fromAsync(readExamples(dir), ({ example, split }) => [example.id, split]);
  expect(ids).toEqual([
    ["train", "train"],
    ["validation", "validation"],
    ["test", "test"],
  ]);
  const file = await Array.fromAsync(readExamples(join(dir, "test.jsonl")));
  expect(file.map(({ split }) => split)).toEqual(["train"]);
});

it("misses a split by name", async () => {
  await writeFile(join(dir, "train.jsonl"), "");
  await expect(Array.fromAsync(readExamples(dir))).rejects.toThrow("there is no validation.jsonl");
});

it.each([
  ["{", "the line is not JSON"],
  ["null", "id is missing"],
  [lineOf({ prompt: "x" }), "prompt is missing or wrong"],
  [lineOf({ completion: [{}] }), "completion is missing or wrong"],
  [lineOf({ history: null }), "history is missing or wrong"],
])("names the line of %s", async (line, says) => {
  const file = join(dir, "x.jsonl");
  await writeFile(file, `${lineOf()}\n\n${line}\n`);
  await expect(Array.fromAsync(readExamples(file))).rejects.toThrow(`${file}:3: `);
  await expect(Array.fromAsync(readExamples(file))).rejects.toThrow(says);
});
