import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readLineBlocks, readLines } from "../../../../src/dataset/format/read-lines.ts";

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "rectune-lines-"))));
afterAll(() => rm(folder, { recursive: true }));

async function read(content: string): Promise<{ single: string[]; blocks: number }> {
  const path = join(folder, "file");
  await writeFile(path, content);
  const single = await Array.fromAsync(readLines(path), (line) => line.toString("utf8"));
  const together: string[] = [];
  let blocks = 0;
  for await (const lines of readLineBlocks(path)) {
    blocks++;
    together.push(...lines.map((line) => line.toString("utf8")));
  }
  expect(together).toEqual(single);
  return { single, blocks };
}

it.each([
  ["", []],
  ["\n", [""]],
  ["a", ["a"]],
  ["a\n\nb\n", ["a", "", "b"]],
  ["a\r\nb", ["a\r", "b"]],
])("%j", async (content, lines) => {
  expect((await read(content)).single).toEqual(lines);
});

it("keeps lines whole that several reads hold, and a letter between two of them", async () => {
  const lines = Array.from({ length: 9 }, (_, i) => `${i}${"가".repeat(40_000 * i)}`);
  const { single, blocks } = await read(lines.join("\n"));
  expect(single).toEqual(lines);
  expect(blocks).toBeGreaterThan(4);
});
