import { tableFromIPC } from "apache-arrow";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readArrowShape, writeArrow } from "../../../../src/dataset/format/arrow-batches.ts";
import { arrow, parquet } from "../../../../src/dataset/format/column-files.ts";
import { exampleColumns } from "../../../../src/dataset/format/columns.ts";
import { validateFile } from "../../../../src/dataset/format/validate-file.ts";
import {
  readParquetShape,
  writeExamplesParquet,
} from "../../../../src/dataset/format/write-parquet.ts";
import type { Example } from "../../../../src/dataset/task/types.ts";
import { exampleOf } from "../small-log.ts";

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "rectune-columns-"))));
afterAll(() => rm(folder, { recursive: true }));

const names = exampleColumns.map(({ name }) => name);
const signal = new AbortController().signal;

async function* examplesOf(list: readonly Example[]): AsyncGenerator<Example> {
  yield* list;
}

async function arrowOf(list: readonly Example[]): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(writeArrow(examplesOf(list))));
}

const rich = exampleOf({
  item: "영화",
  candidates: ["a", "b"],
  negatives: ["c"],
  rating: 4.5,
  row: 2 ** 40,
});

it("has a column for each key of an example, in its order", () => {
  expect(names).toEqual(Object.keys(exampleOf()));
});

it("writes Arrow over several batches, nulls and all", async () => {
  const list = [...Array.from({ length: 4100 }, () => exampleOf()), rich];
  const table = tableFromIPC(await arrowOf(list));
  expect([table.numRows, table.batches.length]).toEqual([4101, 2]);
  const last = table.get(4100)!.toJSON() as Record<string, unknown>;
  expect([last["item"], last["row"], last["rating"]]).toEqual(["영화", 2n ** 40n, 4.5]);
  expect(JSON.parse(JSON.stringify(last["prompt"]))).toEqual(rich.prompt);
  expect(JSON.parse(JSON.stringify(last["candidates"]))).toEqual(["a", "b"]);
  expect(table.get(0)!["candidates"]).toBeNull();
});

it("gives the same Arrow bytes again, and a file of no rows that can be read", async () => {
  expect((await arrowOf([rich])).equals(await arrowOf([rich]))).toBe(true);
  const path = join(folder, "none.arrow");
  await writeFile(path, await arrowOf([]));
  expect(await readArrowShape(path)).toEqual({ rows: 0, columns: names });
});

it("writes Parquet of the tasks that are asked for, the same bytes again", async () => {
  const from = join(folder, "train.jsonl");
  const list = [exampleOf(), rich, exampleOf({ task: "o'clock" })];
  await writeFile(from, list.map((example) => `${JSON.stringify(example)}\n`).join(""));
  const to = join(folder, "it's.parquet");
  expect(await writeExamplesParquet(from, to, { signal })).toBe(3);
  const first = await readFile(to);
  await writeExamplesParquet(from, to, { signal });
  expect((await readFile(to)).equals(first)).toBe(true);
  expect(await readParquetShape(to)).toEqual({ rows: 3, columns: names });
  expect(await writeExamplesParquet(from, to, { signal, tasks: ["o'clock"] })).toBe(1);
});

it("names the file whose text Parquet cannot hold", async () => {
  const from = join(folder, "half.jsonl");
  await writeFile(from, `${JSON.stringify(exampleOf({ user: "\ud800" }))}\n`);
  const written = writeExamplesParquet(from, join(folder, "half.parquet"), { signal });
  await expect(written).rejects.toMatchObject({ code: "parquet-unwritable", where: from });
});

it("validates columns, and tells a file that is no such file", async () => {
  const path = join(folder, "check");
  const codes = async (format: typeof arrow) =>
    (await validateFile(path, format)).findings.map(({ code }) => code);
  await writeFile(path, await arrowOf([rich]));
  expect(await codes(arrow)).toEqual([]);
  expect(await codes(parquet)).toContain("not-parquet");
  await writeFile(path, "no columns here");
  expect(await codes(arrow)).toContain("not-arrow");
});
