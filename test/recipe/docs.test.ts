// The pages do what they say: every sh block behind a line `<!-- ci -->` runs in a fresh workspace, as it stands.

import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "rectune docs-"));
const bin = join(folder, "bin");
const path = [bin, dirname(process.execPath), process.env["PATH"]].join(delimiter);

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
].filter((page) => page.endsWith(".md"));

/** The marked blocks of a page, each with the line its first command stands on. */
function findBlocks(text: string): { line: number; script: string }[] {
  return [...text.matchAll(/^<!-- ci -->\n```sh\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: text.slice(0, match.index).split("\n").length + 2,
    script: match[1]!,
  }));
}

const blocks = pages.flatMap((page) =>
  findBlocks(readFileSync(join(root, page), "utf8")).map((block) => ({ page, ...block })),
);

function runBlock(cwd: string, script: string): { code: number | null; said: string } {
  const run = spawnSync("bash", ["-euo", "pipefail", "-c", script], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, PATH: path },
    maxBuffer: 2 ** 26,
  });
  return { code: run.status, said: run.stdout + run.stderr };
}

beforeAll(() => {
  mkdirSync(bin);
  const main = join(root, "src/cli/main.ts");
  const quoted = [process.execPath, main].map((part) => `'${part.replaceAll("'", "'\\''")}'`);
  writeFileSync(join(bin, "rectune"), `#!/bin/sh\nexec ${quoted.join(" ")} "$@"\n`, {
    mode: 0o755,
  });
  const { code, said } = runBlock(folder, "rectune init workspace");
  if (code !== 0) throw new Error(said);
  // State is looked for upward: init's own folder keeps another one's out.
  expect(readdirSync(join(folder, "workspace"))).toContain(".rectune");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the pages", () => {
  test("have blocks to run", () => {
    expect(blocks.length).toBeGreaterThanOrEqual(4);
  });

  test.each(blocks)("$page:$line runs", ({ page, line, script }) => {
    const workspace = join(folder, `${page.replaceAll("/", "-")}-${line}`);
    cpSync(join(folder, "workspace"), workspace, { recursive: true });
    const { code, said } = runBlock(workspace, script);
    expect(said).not.toMatch(/error\[/);
    expect(code, said).toBe(0);
  });
});

describe("findBlocks", () => {
  test("takes marked sh blocks alone", () => {
    const text = "# A\n\n```sh\nno\n```\n\n<!-- ci -->\n```sh\nyes\nyes\n```\n";
    expect(findBlocks(text)).toEqual([{ line: 9, script: "yes\nyes\n" }]);
  });
});
