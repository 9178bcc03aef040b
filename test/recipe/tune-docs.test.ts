// The shell lines of docs/jobs.md that submit, kill and adopt a job, run as they stand in a workspace of their own.

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "rectune-jobs-docs-"));
const workspace = join(folder, "workspace");
const block = /^<!-- emulator -->\n```sh\n([\s\S]*?)^```$/m.exec(
  readFileSync(join(root, "docs/jobs.md"), "utf8"),
)![1]!;

/** Runs a script in bash as the leader of a group, which is ended as a whole. */
async function bash(script: string, cwd: string): Promise<{ code: number | null; said: string }> {
  const child = spawn("bash", ["-uo", "pipefail", "-c", script], {
    cwd,
    detached: true,
    env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}` },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on("exit", done));
  try {
    process.kill(-child.pid!, "SIGKILL");
  } catch {
    // Nothing was left running.
  }
  return { code, said };
}

beforeAll(async () => {
  const made = await bash(
    `node ${JSON.stringify(join(root, "src/cli/main.ts"))} init workspace`,
    folder,
  );
  expect(made.code, made.said).toBe(0);
  cpSync(join(root, "jobs/nebius.yaml"), join(workspace, "jobs/nebius.yaml"));
  // The scripts of a clone, without one.
  const script = (path: string): string => `node ${JSON.stringify(join(root, path))}`;
  const scripts = { emulator: script("scripts/emulator.ts"), rectune: script("src/cli/main.ts") };
  writeFileSync(join(workspace, "package.json"), JSON.stringify({ private: true, scripts }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the lines submit a job, kill the program, and adopt the job", async () => {
  expect(block.trim().split("\n")).toHaveLength(2);
  const after = `
node -e 'fetch(new URL("/_/state", process.env.NEBIUS_BASE_URL)).then((r) => r.text()).then(console.log)'
npm run -s rectune -- jobs ls --json
npm run -s rectune -- jobs show "$(npm run -s rectune -- jobs ls --json | grep -om1 '"id": "[0-9a-f]*"' | cut -d'"' -f4)"
`;
  const { said } = await bash(block + after, workspace);
  expect(said).toContain('"acceptedJobs":1');
  expect(said).toContain('"state": "SUCCEEDED"');
  expect(said).toContain('{"remoteId":"ftjob-000001","adopted":true}');
});
