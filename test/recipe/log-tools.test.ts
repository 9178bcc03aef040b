// The commands that look at a log: inspect, its first recipe, doctor on files, and builds from patterns and packed files.

import { readFile, writeFile } from "node:fs/promises";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeWorkspace, type Workspace } from "./workspace.ts";

let at: Workspace;
let ratings = "";
beforeAll(async () => {
  at = await makeWorkspace(20);
  ratings = await readFile(at.path("log/ratings.csv"), "utf8");
});
afterAll(() => at[Symbol.asyncDispose]());

async function lines(name: string): Promise<string[]> {
  return (await readFile(at.path(name), "utf8")).trimEnd().split("\n");
}

describe("inspect -o", () => {
  test("writes a recipe that builds as it stands, and never over another file", async () => {
    const made = await at.run(["inspect", "log/ratings.csv", "-o", "first.yaml"]);
    expect([made.code, made.stderr.includes("error")]).toEqual([0, false]);
    expect((await lines("first.yaml"))[0]).toContain("yaml-language-server: $schema=");
    const built = await at.run(["build", "first.yaml", "-o", "first"]);
    expect([built.code, built.stdout.trim()]).toEqual([0, at.path("first")]);
    expect((await lines("first/test.jsonl")).length).toBeGreaterThanOrEqual(20);
    const again = await at.run(["inspect", "log/ratings.csv", "-o", "first.yaml"]);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("first.yaml");
  });
});

describe("inspect --set", () => {
  test("reads a log of other names, and writes what it was told into the first recipe", async () => {
    await at.write("own.csv", ratings.replace("user,film,rating,time", "who,what,how,when"));
    const unknown = await at.run(["inspect", "own.csv"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("own.csv has: who, what, how, when");
    const set = [
      "--set",
      "log.columns={interactions: {file: own.csv, user: who, item: what, rating: how, time: when}}",
      "--set",
      "log.maxRejects=0.2",
    ];
    const told = await at.run(["inspect", "own.csv", "-o", "own.yaml", ...set]);
    expect(told, told.stderr).toMatchObject({ code: 0 });
    expect(told.stdout).toMatch(/^users +20$/m);
    const recipe = await readFile(at.path("own.yaml"), "utf8");
    expect(recipe).toContain("maxRejects: 0.2");
    const built = await at.run(["build", "own.yaml", "-o", "own"]);
    expect(built, built.stderr).toMatchObject({ code: 0 });
  });

  test.each([
    ["a key that is no log's", ["log", "--set", "lang=[ko]"], "inspect-set", "--set lang=[ko]"],
    ["the path", ["log", "--set", "log.path=a"], "inspect-set", "--set log.path=a"],
    ["a misspelt key", ["log", "--set", "log.formt=csv"], "yaml-unknown-key", '"format"'],
    ["a number of rows", ["log", "--limit", "3"], "inspect-flag", "--limit 3"],
  ])("refuses %s", async (_name, args, code, said) => {
    const refused = await at.run(["inspect", ...args]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`error[${code}]`);
    expect(refused.stderr).toContain(said);
  });
});

describe("build", () => {
  test("gives the same examples from parts, gzip and zstd as from the one file", async () => {
    const [head, ...rows] = ratings.trimEnd().split("\n");
    const half = Math.floor(rows.length / 2);
    const part = (some: string[]): string => `${[head, ...some].join("\n")}\n`;
    await at.write("parts/part-0.csv", part(rows.slice(0, half)));
    await at.write("parts/part-1.csv", part(rows.slice(half)));
    await at.write("packed/ratings.csv.gz", gzipSync(ratings));
    await at.write("packed/ratings.csv.zst", zstdCompressSync(ratings));
    const examples: string[] = [];
    for (const [i, path] of [
      "log/ratings.csv",
      "parts/*.csv",
      "packed/ratings.csv.gz",
      "packed/ratings.csv.zst",
    ].entries()) {
      const recipe = `version: 1\nname: any\nlog: {path: "${path}"}\ntasks: [{type: next-item}]\n`;
      await writeFile(at.path(`any-${i}.yaml`), recipe);
      const built = await at.run(["build", `any-${i}.yaml`, "-o", `any-${i}`]);
      expect([path, built.code, built.stderr.includes("error")]).toEqual([path, 0, false]);
      examples.push(await readFile(at.path(`any-${i}/train.jsonl`), "utf8"));
    }
    expect(examples[0]!.length).toBeGreaterThan(0);
    for (const other of examples.slice(1)) expect(other).toBe(examples[0]);
  });

  test("stops with exit 3 at the first line it cannot use, and under maxRejects keeps it", async () => {
    await at.write("bad/ratings.csv", `${ratings}u1,f1,five,1000\n`);
    const recipe = `version: 1\nname: bad\nlog: {path: bad/ratings.csv, maxRejects: 0}\ntasks: [{type: next-item}]\n`;
    await at.write("bad.yaml", recipe);
    const stopped = await at.run(["build", "bad.yaml", "-o", "bad-out"]);
    const line = ratings.trimEnd().split("\n").length + 1;
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).toContain(`ratings.csv:${line}`);
    const kept = await at.run([
      "build",
      "bad.yaml",
      "-o",
      "bad-out",
      "--set",
      "log.maxRejects=0.1",
    ]);
    expect(kept.code).toBe(0);
    const [reject] = await lines("bad-out/rejects.jsonl");
    expect(JSON.parse(reject!)).toMatchObject({ line, reason: "bad-rating" });
  });
});

describe("doctor PATH", () => {
  test("says that a file is none it knows, and exits 3 for an altered copy", async () => {
    const unknown = await at.run(["doctor", "log/ratings.csv"]);
    expect(unknown.code).toBe(0);
    expect(unknown.stdout).toMatch(/not a known|unknown/i);
    // A row short, as a copy that goes round is.
    await at.write("ml-100k/u.data", "196\t242\t3\t881250949\n".repeat(99_999));
    const altered = await at.run(["doctor", "ml-100k"]);
    expect(altered.code).toBe(3);
    expect(altered.stdout).toContain("altered");
  });
});
