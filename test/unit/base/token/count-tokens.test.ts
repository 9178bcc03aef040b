import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTokenizer, roughCounter } from "../../../../src/base/token/count-tokens.ts";

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "rectune-token-"))));
afterAll(() => rm(folder, { recursive: true }));

it("takes four bytes for a token, and rounds up", () => {
  expect(["", "a", "abcd", "abcde", "영화"].map((text) => roughCounter.count(text))).toEqual([
    0, 1, 1, 2, 2,
  ]);
});

it("counts with a model's own tokenizer, without the tokens it adds", async () => {
  const path = join(folder, "tokenizer.json");
  const vocab = { "[UNK]": 0, film: 1, "[CLS]": 2 };
  const added = { id: 2, content: "[CLS]", special: true };
  const token = { SpecialToken: { id: "[CLS]", type_id: 0 } };
  const post = {
    type: "TemplateProcessing",
    single: [token, { Sequence: { id: "A", type_id: 0 } }],
    pair: [],
    special_tokens: { "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] } },
  };
  const tokenizer = {
    version: "1.0",
    added_tokens: [added],
    normalizer: null,
    pre_tokenizer: { type: "Whitespace" },
    post_processor: post,
    decoder: null,
    model: { type: "WordLevel", vocab, unk_token: "[UNK]" },
  };
  await writeFile(path, JSON.stringify(tokenizer));
  const counter = await openTokenizer(path);
  expect([counter.count("film film and"), counter.count("")]).toEqual([3, 0]);
  expect(counter.about).toBe(path);
});

it.each([["{"], ["{}"], ['{"model": {"type": "none"}}']])("refuses %s", async (text) => {
  const path = join(folder, "broken.json");
  await writeFile(path, text);
  await expect(openTokenizer(path)).rejects.toMatchObject({
    code: "tokenizer-unreadable",
    where: path,
  });
});
