// The commands around a dataset, through the real command line.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileURLToPath } from "node:url";
import { makeWorkspace, type Workspace } from "./workspace.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

describe("with a dataset", () => {
  let at: Workspace;
  beforeAll(async () => {
    at = await makeWorkspace(20);
    await at.run(["build", "recipe.yaml", "-q", "-o", "data"]);
  });
  afterAll(() => at[Symbol.asyncDispose]());

  it("takes a folder that is called like a command", async () => {
    const named = await at.run(["export", "data", "--format", "trl-sft", "-o", "build"]);
    expect(named, named.stderr).toMatchObject({ code: 0, stdout: `${at.path("build")}\n` });
    const { code, stderr } = await at.run(["validate", "build", "--format", "trl-sft"]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no such file"),
    });
  });

  it("shows it", async () => {
    const { stdout, code } = await at.run(["inspect", "data"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^small: 240 interactions, 20 users, 40 items\n/);
    expect(stdout).toMatch(/next-item +280 +40 +40\n/);
    expect(stdout).toMatch(/── ranking\/u000\/\d+\/en {2}\(ranking\/en\/[a-z-]+@\d+\)/);
  });

  it("shows a log and a recipe's log", async () => {
    const recipe = await at.run(["inspect", "recipe.yaml", "--json"]);
    const look = JSON.parse(recipe.stdout) as Record<string, unknown>;
    expect(look).toMatchObject({ reader: "csv", users: 20, items: 40, interactions: 240 });
    expect(look).toMatchObject({ density: 0.3, span: [1000, 1660], tieShare: 0.35, reviews: 0 });
    const bare = await at.run(["inspect", "log", "--json"]);
    expect(JSON.parse(bare.stdout)).toMatchObject({ users: 20, items: 40, interactions: 240 });
    await at.write("no-log/notes.txt", "nothing here\n");
    const unknown = await at.run(["inspect", "no-log"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("error[log-format-unknown]");
  });

  it("audits it, and a copy that was tampered with", async () => {
    const fine = await at.run(["audit", "data"]);
    expect(fine.code).toBe(0);
    expect(fine.stdout).toMatch(/ok +future-in-history/);
    const lines = (await readFile(at.path("data/test.jsonl"), "utf8")).split("\n");
    const example = JSON.parse(lines[0]!) as { history: string[]; item: string };
    example.history.push(example.item);
    await writeFile(
      at.path("leaky.jsonl"),
      [JSON.stringify(example), ...lines.slice(1)].join("\n"),
    );
    const leaky = await at.run(["audit", "leaky.jsonl", "--json"]);
    expect(leaky.code).toBe(3);
    const { findings } = JSON.parse(leaky.stdout) as {
      findings: Record<string, { count: number }>;
    };
    expect(findings["target-in-history"]).toMatchObject({ severity: "error", count: 1 });
  });

  it("names the line that is no example", async () => {
    await at.write("bad.jsonl", '{"id": "a"}\n');
    const bad = await at.run(["audit", "bad.jsonl"]);
    expect(bad.code).toBe(3);
    expect(bad.stderr).toMatch(/error\[example-malformed\]: .*bad\.jsonl:1: .*task/);
  });

  it("exports it in a format that validates, without users' interactions", async () => {
    const done = await at.run(["export", "data", "--format", "openai-chat", "-o", "chat"]);
    expect(done, done.stderr).toMatchObject({ code: 0, stdout: `${at.path("chat")}\n` });
    expect(await readdir(at.path("chat"))).toEqual([
      "README.md",
      "manifest.json",
      "test.jsonl",
      "train.jsonl",
      "validation.jsonl",
    ]);
    const validate = (file: string, format: string) =>
      at.run(["validate", file, "--format", format]);
    expect(await validate("chat/train.jsonl", "openai-chat")).toMatchObject({
      code: 0,
      stdout: "",
    });
    const wrong = await validate("chat/train.jsonl", "trl-sft");
    expect(wrong.code).toBe(3);
    expect(wrong.stdout).toMatch(/^error {2}chat\/train\.jsonl:1 +missing-key/);
    const again = await at.run(["export", "data", "--format", "openai-chat", "-o", "chat"]);
    expect(again).toMatchObject({ code: 2, stdout: "" });
    const misspelt = await at.run(["export", "data", "--format", "openai-chta", "-o", "x"]);
    expect(misspelt.stderr).toMatch(
      /--format: unknown format openai-chta\n {2}Did you mean openai-chat\?/,
    );
    const one = await at.run([
      "export",
      "data",
      "--format",
      "trl-sft",
      "--task",
      "rating",
      "-o",
      "one",
      "--json",
    ]);
    expect(JSON.parse(one.stdout)).toMatchObject({
      manifest: { rows: { test: 40 }, format: "trl-sft" },
    });
  });

  it("stops politely, keeps what was there and says how to go on", async () => {
    const child = spawn(
      process.execPath,
      [main, "build", "recipe.yaml", "-o", "slow", "--seed", "9", "--state-dir", at.path("state")],
      { cwd: at.dir },
    );
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      if (stderr.includes("reading") && !child.killed) child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code, stderr).toBe(130);
    expect(stderr).toContain("error[interrupted]");
    expect(stderr).toContain("Run the same command again");
    expect((await readdir(at.dir)).filter((name) => name.startsWith("slow"))).toEqual([]);
  });
});

it("starts a workspace that builds, and keeps what is there", async () => {
  await using at = await makeWorkspace(2);
  const first = await at.run(["init", "shop"]);
  expect(first, first.stderr).toMatchObject({ code: 0, stdout: `${at.path("shop")}\n` });
  expect(await readdir(at.path("shop"))).toEqual(
    expect.arrayContaining([".gitignore", "README.md", "datasets", "schemas"]),
  );
  await at.write("shop/README.md", "mine");
  const second = await at.run(["init", "shop"]);
  expect(second.stderr).toContain("kept README.md");
  expect(await readFile(at.path("shop/README.md"), "utf8")).toBe("mine");
  const built = await at.run(["build", "shop/datasets/sample.yaml", "--limit", "30", "-o", "out"]);
  expect(built, built.stderr).toMatchObject({ code: 0 });
});

it.each([
  { args: ["bild"], says: /error\[usage\]: unknown command 'bild'\n\(Did you mean build\?\)/ },
  { args: ["build"], says: /missing required argument 'recipe'/ },
  { args: ["build", "recipe.yaml", "--fource"], says: /unknown option '--fource'/ },
  { args: ["build", "recipe.yaml", "--threads", "0"], says: /error\[flag-value\]: --threads: / },
  {
    args: ["build", "recipe.yaml", "--if-exists", "maybe"],
    says: /Allowed choices are ask, resume/,
  },
  { args: ["schema", "datset"], says: /Did you mean dataset\?/ },
])("answers $args with exit 2", async ({ args, says }) => {
  await using at = await makeWorkspace(2);
  const done = await at.run(args);
  expect(done).toMatchObject({ code: 2, stdout: "" });
  expect(done.stderr).toMatch(says);
});

it("prints help and version on stdout", async () => {
  await using at = await makeWorkspace(2);
  const help = await at.run(["--help"]);
  expect(help).toMatchObject({ code: 0, stderr: "" });
  for (const name of [
    "init",
    "build",
    "inspect",
    "audit",
    "export",
    "validate",
    "schema",
    "doctor",
  ])
    expect(help.stdout).toMatch(new RegExp(`^ {2}${name} `, "m"));
  expect((await at.run(["build", "--help"])).stdout).toMatch(/--out <dir>/);
  expect((await at.run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
