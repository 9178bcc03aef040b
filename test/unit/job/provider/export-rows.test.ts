// The trainer's files: same bytes on every run, what is counted, and what never comes along.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { InterruptedError } from "../../../../src/base/errors.ts";
import { exportRows } from "../../../../src/job/provider/export-rows.ts";
import { makeRecipe, scratch } from "../fixture.ts";
import { makeHostedDataset } from "./hosted-fixture.ts";

function requestFor(dir: string, maxTokens = 512) {
  const dataset = makeHostedDataset(dir);
  return { dataset, hyperparameters: { ...makeRecipe(dir).hyperparameters, maxTokens } };
}

describe("exportRows", () => {
  test("writes the rows that it counted, whole", async () => {
    using home = scratch();
    const request = requestFor(home.dir);
    const counted = await exportRows(request, "openai-chat");
    const to = join(home.dir, "upload");
    const written = await exportRows(request, "openai-chat", { to });
    const { path, ...rest } = written.train;
    expect({ ...rest, path: null }).toEqual(counted.train);
    const bytes = readFileSync(path!);
    expect(bytes.length).toBe(written.train.bytes);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(written.train.sha256);
    expect(bytes.toString().trim().split("\n")).toHaveLength(12);
    expect(readdirSync(to).sort()).toEqual(["train.jsonl", "validation.jsonl"]);
  });

  test("never reads the test split", async () => {
    using home = scratch();
    const request = requestFor(home.dir);
    writeFileSync(join(request.dataset.dir, "test.jsonl"), "not json at all\n");
    expect((await exportRows(request, "together")).train.rows).toBe(12);
  });

  test("bounds tokens by bytes: no tokenizer can pass it", async () => {
    using home = scratch();
    const { train } = await exportRows(requestFor(home.dir), "openai-chat");
    const texts = readFileSync(join(home.dir, "data/train.jsonl"), "utf8")
      .trim()
      .split("\n")
      .flatMap((line) => {
        const { prompt, completion } = JSON.parse(line) as Record<string, { content: string }[]>;
        return [...prompt!, ...completion!].map(({ content }) => Buffer.byteLength(content));
      });
    expect(train.mostTokens).toBeGreaterThan(texts.reduce((sum, bytes) => sum + bytes, 0));
    expect(train.tokens).toBeLessThan(train.mostTokens);
  });

  test("counts rows above the recipe's length", async () => {
    using home = scratch();
    const { train } = await exportRows(requestFor(home.dir, 8), "openai-chat");
    expect([train.overlong, train.longest > 8]).toEqual([12, true]);
  });

  test("says what the format finds wrong, by example", async () => {
    using home = scratch();
    const request = requestFor(home.dir);
    const file = join(request.dataset.dir, "train.jsonl");
    const [first] = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, `${first!.replace('"role":"user"', '"role":"nobody"')}\n`);
    const { train } = await exportRows(request, "openai-chat");
    expect(train.findings.join()).toMatch(/example next-item\/u0\/0: .*nobody/);
  });

  test("leaves no half file when it is stopped", async () => {
    using home = scratch();
    const to = join(home.dir, "upload");
    const stopped = AbortSignal.abort();
    const request = requestFor(home.dir);
    await expect(exportRows(request, "openai-chat", { to, signal: stopped })).rejects.toThrow(
      InterruptedError,
    );
    expect(existsSync(join(to, "train.jsonl"))).toBe(false);
  });
});
