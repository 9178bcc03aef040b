// What users install: the packed tarball, installed by npm into an empty folder elsewhere (with a space in its path),
// its compiled command line at work there, and the package as publint and Are The Types Wrong see it.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "rectune-package-"));
const home = join(folder, "some where");
const workspace = join(home, "films");
// The system's own node may be older than the one that runs this test.
const env = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
};

/** Training cut to a few steps: enough to see that it runs, no claim on what it learns. */
const shortRun = ["steps=4", "baseSteps=4"].flatMap((o) => ["--set", `job.options.${o}`]);

let tarball = "";
let files: string[] = [];

type Ran = { code: number | null; out: string; err: string };

function start(cwd: string, command: string, args: string[]): Ran {
  const run = spawnSync(command, args, { cwd, env, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (run.error) throw run.error;
  return { code: run.status, out: run.stdout, err: run.stderr };
}

function mustRun(cwd: string, command: string, args: string[]): string {
  const { code, out, err } = start(cwd, command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: exit ${code}\n${err}\n${out}`);
  return out;
}

const rectune = (cwd: string, ...args: string[]): string =>
  mustRun(cwd, join(home, "node_modules/.bin/rectune"), args);

beforeAll(() => {
  mkdirSync(home);
  // State is looked for upward: a folder here keeps one that lies above out of the test.
  mkdirSync(join(home, ".rectune"));
  mustRun(root, "npm", ["run", "-s", "build"]);
  const packed = mustRun(root, "npm", [
    "pack",
    "--ignore-scripts",
    "--json",
    "--pack-destination",
    folder,
  ]);
  const answer = JSON.parse(packed) as Record<string, Packed> | Packed[];
  const [entry] = Object.values(answer);
  tarball = join(folder, entry!.filename);
  files = entry!.files.map((file) => file.path);
  writeFileSync(join(home, "package.json"), '{"private":true,"type":"module"}\n');
  mustRun(home, "npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball]);
});

type Packed = { filename: string; files: { path: string }[] };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the tarball holds the compiled program and what a workspace starts from, nothing else", () => {
  const tops = new Set(files.map((path) => path.split("/")[0]!));
  const known = ["dist", "templates", "datasets", "jobs", "eval", "schemas"];
  const pages = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
  expect([...tops].filter((top) => ![...known, ...pages].includes(top))).toEqual([]);
  for (const path of [
    "dist/cli/main.js",
    "dist/index.js",
    "dist/index.d.ts",
    "dist/LICENSES.md",
    "LICENSE",
    "README.md",
  ])
    expect(files).toContain(path);
  expect(files.filter((path) => /^dist\/.*(?<!\.d)\.ts$|\.map$|\.test\./.test(path))).toEqual([]);
});

test("rectune --help and --version work where it is installed", () => {
  expect(rectune(home, "--help")).toMatch(/^Usage: rectune /);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
  };
  expect(rectune(home, "--version").trim()).toBe(version);
});

test("a new workspace builds the sample dataset", () => {
  rectune(home, "init", "films");
  const dir = rectune(workspace, "build", "datasets/sample.yaml").trim();
  const manifest = join(resolve(workspace, dir), "manifest.json");
  expect(existsSync(manifest)).toBe(true);
  expect(JSON.parse(readFileSync(manifest, "utf8"))).toMatchObject({ name: "sample" });
});

test("a new workspace builds, tunes and compares with the sample suite", () => {
  rectune(workspace, "run", "eval/sample.yaml", "--limit", "20", ...shortRun, "-o", "runs/short");
  const report = JSON.parse(readFileSync(join(workspace, "runs/short/report.json"), "utf8")) as {
    comparisons: { system: string; against: string }[];
  };
  expect(report.comparisons).toContainEqual(
    expect.objectContaining({ system: "tuned", against: "base" }),
  );
});

test("the library is imported by name and exports what its source does", async () => {
  const names = mustRun(home, process.execPath, [
    "--input-type=module",
    "-e",
    'console.log(JSON.stringify(Object.keys(await import("rectune")).sort()))',
  ]);
  const own = Object.keys(await import("../../src/index.ts")).sort();
  expect(own).toContain("build");
  expect(JSON.parse(names)).toEqual(own);
});

test("publint finds no fault", () => {
  const bin = join(root, "node_modules/publint/src/cli.js");
  expect(start(folder, process.execPath, [bin, "run", "--strict", tarball])).toMatchObject({
    code: 0,
  });
});

test("the types resolve for users of ESM", () => {
  const bin = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
  const args = [bin, tarball, "--profile", "esm-only", "--no-color", "--no-emoji"];
  expect(start(folder, process.execPath, args)).toMatchObject({ code: 0 });
});
