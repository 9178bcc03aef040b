// Folders whose names are patterns to DuckDB, logs that grow, files that lie there packed as well: what is read is what
// is meant.

import { readFile, rename, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readParquetShape } from "../../src/dataset/format/write-parquet.ts";
import { makeRatings, makeWorkspace, type Workspace } from "./workspace.ts";

let at: Workspace;
beforeAll(async () => {
  at = await makeWorkspace(20);
});
afterAll(() => at[Symbol.asyncDispose]());

async function run(...args: string[]): Promise<string> {
  const done = await at.run(args);
  expect(done.code, done.stderr).toBe(0);
  return done.stderr + done.stdout;
}

const usersOf = async (dir: string): Promise<number> => {
  const text = await readFile(at.path(dir, "manifest.json"), "utf8");
  return (JSON.parse(text) as { counts: { users: number } }).counts.users;
};

test("a folder named like a pattern is itself, not its neighbour", async () => {
  await run("build", "recipe.yaml", "-o", "odd/plain", "-q");
  await run("build", "recipe.yaml", "-o", "odd/d1", "--limit", "5", "--seed", "9", "-q");
  const plain = JSON.parse(await run("audit", "odd/plain", "--json", "-q")) as object;
  await run("export", "odd/plain", "--format", "parquet", "-o", "odd/p", "-q");
  const shape = await readParquetShape(at.path("odd/p/data/train-00000-of-00001.parquet"));
  await rename(at.path("odd/plain"), at.path("odd/d[1]"));
  expect(JSON.parse(await run("audit", "odd/d[1]", "--json", "-q"))).toEqual(plain);
  await run("export", "odd/d[1]", "--format", "parquet", "-o", "odd/p[1*]", "-q");
  expect(await readParquetShape(at.path("odd/p[1*]/data/train-00000-of-00001.parquet"))).toEqual(
    shape,
  );
});

test("a log whose columns are guessed is read again once a file came to it", async () => {
  const [header, ...rows] = makeRatings(30).trimEnd().split("\n");
  const part = (from: number, to: number): string =>
    [header, ...rows.filter((row) => row >= `u0${from}` && row < `u0${to}`), ""].join("\n");
  await at.write("grown/a1.csv", part(0, 10));
  await at.write("grown/a2.csv", part(10, 20));
  await at.write("grown.yaml", "version: 1\nname: grown\nlog: {path: ./grown}\n");
  const build = [
    "build",
    "grown.yaml",
    "-o",
    "made",
    "--if-exists",
    "replace",
    "--set",
    "domain=film",
  ];
  await run(...build);
  expect(await usersOf("made")).toBe(20);
  expect(await run(...build)).toContain("built before");
  await at.write("grown/a3.csv", part(20, 30));
  await run(...build);
  expect(await usersOf("made")).toBe(30);
  expect(await run(...build)).toContain("built before");
});

test("an audit takes each copy of a repeated item for its own row", async () => {
  const rows = Array.from({ length: 30 }, (_, u) =>
    Array.from({ length: 12 }, (_row, i) => `u${u},f${(u + i) % 4},${1 + (i % 5)},${100 * i}`),
  ).flat();
  await at.write("again/ratings.csv", ["user,film,rating,time", ...rows, ""].join("\n"));
  const set = ["filter.dedup=none", "repeats=keep", "log.columns=null", "lang=[en]"];
  set.push("log.path=./again", "tasks=[{type: rating}, {type: next-item}]");
  await run("build", "recipe.yaml", "-o", "again-made", ...set.flatMap((key) => ["--set", key]));
  const said = await at.run(["audit", "again-made", "--json", "-q"]);
  const findings = JSON.parse(said.stdout) as Record<string, { message: string }>;
  expect(JSON.stringify(findings)).toContain("every history is in the order of time");
});

test("a file that lies there packed as well is read once", async () => {
  await at.write("twin/ratings.csv", makeRatings(20));
  await writeFile(at.path("twin/ratings.csv.gz"), gzipSync(makeRatings(20)));
  const text = await run("inspect", "twin", "--json");
  expect(JSON.parse(text)).toMatchObject({ interactions: 240 });
});

test("a view that replaces a purchase is counted, and need not", async () => {
  const rows = Array.from({ length: 20 }, (_, u) =>
    Array.from({ length: 8 }, (_row, i) => [
      `u${u},f${i},buy,${100 * i}`,
      ...(i < 4 ? [`u${u},f${i},view,${5000 + i}`] : []),
    ]),
  ).flat(2);
  await at.write("events/e.csv", ["user,item,event,time", ...rows, ""].join("\n"));
  await at.write(
    "events.yaml",
    "version: 1\nname: events\nlog: {path: ./events, feedback: {view: 1, buy: 5}}\ntasks: [{type: rating}]\n",
  );
  const note = "80 interactions stand for a heavier event";
  expect(await run("build", "events.yaml", "-o", "by-last")).toContain(note);
  const strongest = ["--set", "filter.dedup=strongest"];
  expect(await run("build", "events.yaml", "-o", "by-strength", ...strongest)).not.toContain(note);
});
