// The whole of `rectune build`: what the folder holds, that threads do not show in it, when it is used again.

import { existsSync } from "node:fs";
import { readdir, readFile, utimes } from "node:fs/promises";
import { expect, it } from "vitest";
import { sha256 } from "../../src/base/ids.ts";
import type { DatasetManifest } from "../../src/dataset/manifest.ts";
import type { Example } from "../../src/dataset/task/types.ts";
import { makeRatings, makeWorkspace, readFolder, type Workspace } from "./workspace.ts";

const keys =
  "id task wording prompt completion user item row time rating history candidates negatives label source warmth";

async function readLines(path: string): Promise<Example[]> {
  const text = await readFile(path, "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Example);
}

const readManifest = async (at: Workspace, dir: string): Promise<DatasetManifest> =>
  JSON.parse(await readFile(at.path(dir, "manifest.json"), "utf8")) as DatasetManifest;

it("writes the same bytes at any number of threads", async () => {
  // Enough rows for several batches.
  await using at = await makeWorkspace(400);
  for (const threads of ["1", "2", "3"]) {
    const done = await at.run([
      "build",
      "recipe.yaml",
      "-o",
      `out-${threads}`,
      "--threads",
      threads,
    ]);
    expect(done, done.stderr).toMatchObject({ code: 0, stdout: `${at.path(`out-${threads}`)}\n` });
  }
  const one = await readFolder(at.path("out-1"));
  expect(await readFolder(at.path("out-2"))).toEqual(one);
  expect(await readFolder(at.path("out-3"))).toEqual(one);
  expect(Object.keys(one)).toEqual(
    "README.md audit.json interactions.parquet items.parquet manifest.json rejects.jsonl report.html test.jsonl train.jsonl users.parquet validation.jsonl".split(
      " ",
    ),
  );
  const manifest = await readManifest(at, "out-1");
  expect(Object.keys(manifest.outputs)).toEqual(
    Object.keys(one).filter((n) => n !== "manifest.json"),
  );
  for (const [name, { sha256: sum, bytes }] of Object.entries(manifest.outputs)) {
    expect([name, sha256(Buffer.from(one[name]!, "latin1")), one[name]!.length]).toEqual([
      name,
      sum,
      bytes,
    ]);
  }
  expect(one["report.html"]).not.toContain("<script>alert");
  expect(JSON.stringify(manifest)).not.toContain(at.dir);
});

it("makes every train prefix and one validation and test target a user", async () => {
  await using at = await makeWorkspace(10);
  expect((await at.run(["build", "recipe.yaml", "-o", "out", "--set", "lang=[en]"])).code).toBe(0);
  const train = await readLines(at.path("out/train.jsonl"));
  const validation = await readLines(at.path("out/validation.jsonl"));
  const test = await readLines(at.path("out/test.jsonl"));
  for (const example of [...train, ...validation, ...test]) {
    expect(Object.keys(example).join(" ")).toBe(keys);
    expect(example.history).not.toContain(example.item);
  }
  const of = (examples: Example[], user: string): Example[] =>
    examples.filter((e) => e.task === "next-item" && e.user === user);
  // Ten of twelve rows are train; targets from the fourth on.
  expect(of(train, "u001").map((e) => e.history.length)).toEqual([3, 4, 5, 6, 7, 8, 9]);
  const [held] = of(validation, "u001");
  const [last] = of(test, "u001");
  expect(held!.history).toHaveLength(10);
  // The window is ten: the test prompt shows the validation item and loses the oldest.
  expect(last!.history).toEqual([...held!.history.slice(1), held!.item]);
  const ranked = train.filter((e) => e.task === "ranking");
  for (const example of ranked) {
    expect(new Set(example.candidates).size).toBe(8);
    expect(example.candidates).toContain(example.item);
    expect(example.candidates!.filter((c) => example.history.includes(c))).toEqual([]);
  }
  // Users 0, 3, 6 and 9 tie their last two times.
  expect((await readManifest(at, "out")).tieShare).toBe(0.4);
});

it("tells languages apart in ids and lets them share candidates", async () => {
  await using at = await makeWorkspace(10);
  expect((await at.run(["build", "recipe.yaml", "-o", "out"])).code).toBe(0);
  const ranked = (await readLines(at.path("out/test.jsonl"))).filter((e) => e.task === "ranking");
  const en = ranked.filter((e) => e.id.endsWith("/en"));
  const ko = ranked.filter((e) => e.id.endsWith("/ko"));
  expect(en).toHaveLength(10);
  expect(ko.map((e) => e.candidates)).toEqual(en.map((e) => e.candidates));
  expect(new Set(ranked.map((e) => e.id)).size).toBe(20);
});

it("uses what is built, and builds anew when the log or the recipe changed", async () => {
  await using at = await makeWorkspace(10);
  const build = (...more: string[]) => at.run(["build", "recipe.yaml", "--json", ...more]);
  const parse = (stdout: string) => JSON.parse(stdout) as { dir: string; reused: boolean };
  const first = parse((await build()).stdout);
  expect(first.reused).toBe(false);
  expect(first.dir).toMatch(/state\/datasets\/[0-9a-f]{12}$/);
  expect(parse((await build()).stdout)).toMatchObject({ dir: first.dir, reused: true });
  // A new time alone: the file is hashed again and found to be the same.
  await utimes(at.path("log/ratings.csv"), 1e9, 1e9);
  expect(parse((await build()).stdout)).toMatchObject({ dir: first.dir, reused: true });
  const seeded = parse((await build("--seed", "2")).stdout);
  expect(seeded).toMatchObject({ reused: false });
  expect(seeded.dir).not.toBe(first.dir);
  await at.write("log/ratings.csv", makeRatings(11));
  const changed = parse((await build()).stdout);
  expect(changed).toMatchObject({ reused: false });
  expect(changed.dir).not.toBe(first.dir);
  expect(await readdir(at.path("state/datasets"))).toHaveLength(4);
});

it("replaces nothing but a dataset, and that only when told", async () => {
  await using at = await makeWorkspace(10);
  const build = (...more: string[]) => at.run(["build", "recipe.yaml", "-q", ...more]);
  expect((await build("-o", "out")).code).toBe(0);
  const kept = await readFolder(at.path("out"));
  for (const how of [[], ["--if-exists", "fail"], ["--if-exists", "resume"]]) {
    const refused = await build("-o", "out", "--seed", "2", ...how);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("error[dataset-exists]");
    expect(refused.stderr).toContain("--if-exists replace");
  }
  expect(await readFolder(at.path("out"))).toEqual(kept);
  expect((await build("-o", "out", "--seed", "2", "--if-exists", "replace")).code).toBe(0);
  expect((await readManifest(at, "out")).seed).toBe(2);
  const other = await build("-o", "log", "--if-exists", "replace");
  expect(other.code).toBe(2);
  expect(other.stderr).toContain("error[out-not-a-dataset]");
  expect(existsSync(at.path("log/ratings.csv"))).toBe(true);
});
