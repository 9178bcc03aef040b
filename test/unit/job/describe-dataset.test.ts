import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../../src/base/ids.ts";
import { describeDataset } from "../../../src/job/describe-dataset.ts";
import { scratch } from "./fixture.ts";

const files = {
  "train.jsonl": "{}\n{}\n",
  "validation.jsonl": "{}\n",
  "test.jsonl": "{}\n",
  "items.parquet": "PAR1",
  "README.md": "# a",
};

function write(dir: string, change: Partial<typeof files> = {}, train = 2): string {
  const all = { ...files, ...change };
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of Object.entries(all)) writeFileSync(join(dir, name), text);
  const outputs = Object.fromEntries(
    Object.entries(all).map(([name, text]) => [name, { sha256: sha256(text), bytes: text.length }]),
  );
  const examples = { train: { rating: train }, validation: { rating: 1 }, test: {} };
  writeFileSync(
    join(dir, "manifest.json"),
    JSON.stringify({
      kind: "rectune-dataset",
      name: "tiny",
      recipe: { lang: ["ko", "en"] },
      counts: { examples },
      outputs,
    }),
  );
  return dir;
}

describe("describeDataset", () => {
  test("tells what a trainer needs to know", async () => {
    using folder = scratch();
    expect(await describeDataset(write(folder.dir))).toMatchObject({
      name: "tiny",
      dir: folder.dir,
      langs: ["ko", "en"],
      rows: { train: 2, validation: 1 },
      bytes: { train: 6, validation: 3 },
    });
  });

  test("knows where the log's licence forbids passing it on", async () => {
    using folder = scratch();
    const dir = write(folder.dir);
    expect((await describeDataset(dir)).forbids).toBeUndefined();
    const path = join(dir, "manifest.json");
    const manifest = JSON.parse(readFileSync(path, "utf8")) as object;
    const license = "research use; may not be redistributed";
    writeFileSync(path, JSON.stringify({ ...manifest, license, redistribution: "forbidden" }));
    expect((await describeDataset(dir)).forbids).toBe(license);
    writeFileSync(path, JSON.stringify({ ...manifest, license, redistribution: "allowed" }));
    expect((await describeDataset(dir)).forbids).toBeUndefined();
  });

  test("hashes what training reads, wherever it lies, and nothing else", async () => {
    using folder = scratch();
    const hash = async (name: string, change: Partial<typeof files> = {}) =>
      (await describeDataset(write(join(folder.dir, name), change))).sha256;
    const plain = await hash("a");
    expect(await hash("b", { "README.md": "# b", "test.jsonl": "{}\n{}\n" })).toBe(plain);
    const others = [
      await hash("c", { "train.jsonl": "{}\n" }),
      await hash("d", { "validation.jsonl": "" }),
      await hash("e", { "items.parquet": "PAR2" }),
    ];
    expect(new Set([plain, ...others]).size).toBe(4);
  });

  test("refuses a folder that is incomplete, changed by hand, or empty", async () => {
    using folder = scratch();
    await expect(describeDataset(folder.dir)).rejects.toMatchObject({
      exitCode: 3,
      code: "dataset-incomplete",
    });
    write(folder.dir);
    appendFileSync(join(folder.dir, "train.jsonl"), "{}\n");
    await expect(describeDataset(folder.dir)).rejects.toMatchObject({
      exitCode: 3,
      code: "dataset-changed",
      where: join(folder.dir, "train.jsonl"),
    });
    write(folder.dir);
    rmSync(join(folder.dir, "items.parquet"));
    await expect(describeDataset(folder.dir)).rejects.toMatchObject({ code: "dataset-changed" });
    write(folder.dir, {}, 0);
    await expect(describeDataset(folder.dir)).rejects.toMatchObject({ code: "dataset-empty" });
  });
});
