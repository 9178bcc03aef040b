// A micro model folder read by others: @huggingface/tokenizers, and Python's safetensors and tokenizers.

import { Tokenizer } from "@huggingface/tokenizers";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { Template } from "@huggingface/jinja";
import { initialWeights } from "../../src/job/micro/fit.ts";
import { writeModel } from "../../src/job/micro/model-folder.ts";
import { namedShapes, tensorsOf, type Shape } from "../../src/job/micro/shape.ts";
import { trainTokenizer, type ChatMessage } from "../../src/job/micro/tokenizer.ts";

const root = resolve(import.meta.dirname, "../..");
const python = process.env["RECTUNE_PYTHON"] ?? join(root, ".venv/bin/python");
const lacks = existsSync(python) ? null : `no Python at ${python}`;

const films = (await readFile(join(root, "datasets/sample/films.csv"), "utf8"))
  .split("\n")
  .slice(1, 120);
const titles = films
  .filter((l) => l.includes(","))
  .map((l) => `${l.split(",")[1]} (${l.match(/,(\d{4}),/)?.[1]})`);
const reviews = (await readFile(join(root, "datasets/sample/reviews.csv"), "utf8"))
  .split("\n")
  .slice(1, 400);
const tokenizer = trainTokenizer(reviews, titles, 500);
const shape: Shape = {
  vocab: tokenizer.size,
  ...namedShapes.d32,
  context: 64,
  ropeTheta: 10_000,
  normEps: 1e-5,
};
const weights = initialWeights(shape, 7);
const texts = [
  ...titles.slice(0, 40).map((t, i) => `- ${t} ${1 + (i % 5)}\n- ${titles[i + 1]} 3\nWhich?`),
  ...reviews.slice(0, 100),
  "다크 나이트를 재미있게 봤어요!  두 칸\t탭\n\n\n끝",
  "café ☕️ 👩‍👩‍👧 ½ 第3話 — “quoted”",
  "",
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rectune-micro-"));
  await writeModel(folder, { shape, weights, tokenizer });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const readJson = async (name: string): Promise<Record<string, never>> =>
  JSON.parse(await readFile(join(folder, name), "utf8")) as Record<string, never>;

describe("@huggingface/tokenizers", () => {
  it("reads the same ids and writes the same text", async () => {
    const theirs = new Tokenizer(
      await readJson("tokenizer.json"),
      await readJson("tokenizer_config.json"),
    );
    for (const text of texts) {
      expect(theirs.encode(text, { add_special_tokens: false }).ids).toEqual(
        tokenizer.encode(text),
      );
    }
  });

  it("reads the chat template as we lay out a chat", async () => {
    const messages: ChatMessage[] = [
      { role: "system", content: "You know films." },
      { role: "user", content: `${titles[3]} 5\nNext?` },
    ];
    const template = new Template((await readJson("tokenizer_config.json"))["chat_template"]!);
    const text = template.render({ messages, add_generation_prompt: true });
    const theirs = new Tokenizer(
      await readJson("tokenizer.json"),
      await readJson("tokenizer_config.json"),
    );
    expect(theirs.encode(text, { add_special_tokens: false }).ids).toEqual(
      tokenizer.encodeChat(messages),
    );
  });
});

test.skipIf(lacks !== null)(
  `Python reads the same tensors and ids${lacks ? ` (skipped: ${lacks})` : ""}`,
  () => {
    const script = join(import.meta.dirname, "oracles/micro.py");
    const run = spawnSync(python, [script, folder], {
      input: JSON.stringify(texts),
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    const seen = JSON.parse(run.stdout) as {
      tensors: Record<string, [number[], number]>;
      ids: number[][];
    };
    expect(seen.ids).toEqual(texts.map((text) => tokenizer.encode(text)));
    const ours: [string, [number[], number]][] = tensorsOf(shape).map(
      ({ name, shape: dims, offset, size }) => [
        name,
        [dims, weights.subarray(offset, offset + size).reduce((sum, w) => sum + w, 0)],
      ],
    );
    expect(Object.keys(seen.tensors).sort()).toEqual(ours.map(([name]) => String(name)).sort());
    for (const [name, [dims, sum]] of ours) {
      expect(seen.tensors[name]![0]).toEqual(dims);
      expect(Math.abs(seen.tensors[name]![1] - sum)).toBeLessThan(
        1e-4 * Math.max(1, Math.abs(sum)),
      );
    }
  },
);
