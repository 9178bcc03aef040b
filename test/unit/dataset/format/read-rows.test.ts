import fc from "fast-check";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readArrayRows } from "../../../../src/dataset/format/read-rows.ts";

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "rectune-rows-"))));
afterAll(() => rm(folder, { recursive: true }));

async function read(content: string): Promise<[number, string][]> {
  const path = join(folder, "file.json");
  await writeFile(path, content);
  const found: [number, string][] = [];
  for await (const block of readArrayRows(path))
    for (const row of block)
      found.push([row.line, "code" in row ? row.code : row.bytes.toString("utf8").trim()]);
  return found;
}

describe("readArrayRows", () => {
  it("cuts an array where its elements end, whatever they hold", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, 4), async (list, indent) => {
        const found = await read(JSON.stringify(list, null, indent));
        expect(found.map(([, text]) => JSON.parse(text) as unknown)).toEqual(
          JSON.parse(JSON.stringify(list)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("names the line an element begins on, past what its reads hold", async () => {
    const long = "가]\\n".repeat(200_000);
    const found = await read(`[\n"${long}",\n\n {"a":\n 1}\n]`);
    expect(found.map(([line]) => line)).toEqual([2, 4]);
    expect(JSON.parse(found[0]![1])).toHaveLength(600_000);
  });

  it("cuts alike wherever a read ends: in an escape, before a quote, between elements", async () => {
    const texts = ["a\\", '\\"', '",[', "b]\u0001", "\n", ""];
    const list = texts.map((text) => ({ text }));
    const text = JSON.stringify(list, null, 1);
    // The first read ends at each place of the short elements in turn.
    for (let place = 0; place < text.length; place++) {
      const filler = " ".repeat((1 << 18) - place);
      const found = await read(`${filler}${text}`);
      expect(found.map(([, row]) => JSON.parse(row) as unknown)).toEqual(list);
      expect(found.map(([line]) => line)).toEqual(list.map((_, i) => 2 + 3 * i));
    }
  });

  it("counts a line end inside a text, which is no JSON but moves what follows", async () => {
    expect(await read('["a\n\\\n",\n1]')).toEqual([
      [1, '"a\n\\\n"'],
      [4, "1"],
    ]);
  });

  it.each([
    ["", [[1, "not-an-array"]]],
    ["x", [[1, "not-an-array"]]],
    [
      "[1]\n[2]",
      [
        [1, "1"],
        [2, "not-an-array"],
      ],
    ],
    [
      "[1,\n2",
      [
        [1, "1"],
        [2, "not-an-array"],
      ],
    ],
    [
      "[1,\n]",
      [
        [1, "1"],
        [2, "not-json"],
      ],
    ],
    [
      "[,1]",
      [
        [1, "not-json"],
        [1, "1"],
      ],
    ],
  ] as const)("%j", async (text, found) => {
    expect(await read(text)).toEqual(found);
  });
});
