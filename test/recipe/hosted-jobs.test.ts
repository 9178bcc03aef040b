// Hosted jobs by the real command line: every shipped job recipe plans with a fake key and no network, and jobs run
// against the emulator in another process, in both methods.

import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startOpenaiJobs } from "../emulator/openai-jobs.ts";
import { makeWorkspace } from "./workspace.ts";

const root = join(import.meta.dirname, "../..");
// Nothing listens there: no recipe may need an answer to be planned.
const nowhere = "http://127.0.0.1:9";
const fakes = {
  NEBIUS_API_KEY: "fake",
  NEBIUS_BASE_URL: `${nowhere}/v1`,
  AZURE_OPENAI_API_KEY: "fake",
  AZURE_OPENAI_ENDPOINT: nowhere,
  TOGETHER_API_KEY: "fake",
  TOGETHER_BASE_URL: `${nowhere}/v1`,
  FIREWORKS_API_KEY: "fake",
  FIREWORKS_BASE_URL: nowhere,
  HF_TOKEN: "hf_fake",
  HF_ENDPOINT: nowhere,
};

function runRectune(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(root, "src/cli/main.ts"), ...args], {
      cwd: root,
      env: { ...process.env, NO_COLOR: "1", ...env },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", failed);
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
}

describe("shipped job recipes", () => {
  let state = "";
  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), "rectune-hosted-"));
  });
  afterAll(() => rm(state, { recursive: true, force: true }));

  test.each(readdirSync(join(root, "jobs")).filter((name) => name.endsWith(".yaml")))(
    "%s plans with a fake key and no network",
    { timeout: 120_000 },
    async (name) => {
      const args = ["tune", `jobs/${name}`, "--dry-run", "--limit", "30", "--state-dir", state];
      const { code, stdout, stderr } = await runRectune(args, fakes);
      expect(code, stderr).toBe(0);
      expect(stdout).toContain("ceiling");
      expect(stdout + stderr).not.toMatch(/hf_fake|Bearer fake/);
    },
  );
});

describe("the command line against the emulator", () => {
  test.each(["sft", "dpo"])(
    "runs a job by %s: detached, then watched to its end",
    async (method) => {
      await using workspace = await makeWorkspace();
      await using server = await startOpenaiJobs({ pricePerMillionTokens: 1 });
      const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: "sk-planted-secret-1" };
      await workspace.write(
        "job.yaml",
        [
          "version: 1",
          "dataset: recipe.yaml",
          "provider: openai",
          "model: open-llama",
          `method: ${method}`,
          "hyperparameters: {epochs: 2, maxTokens: 4096}",
          "maxUsd: 5",
          "options: {pricePerMillionTokens: 1}",
          "",
        ].join("\n"),
      );
      const sent = await workspace.run(["tune", "job.yaml", "--yes", "--detach"], env);
      expect(sent.code, sent.stderr).toBe(0);
      const id = sent.stdout.trim().split("\n").at(-1)!;
      const control = (name: string, body: object): Promise<unknown> =>
        fetch(new URL(`/_/${name}`, server.url), {
          method: "POST",
          body: JSON.stringify(body),
        }).then((response) => response.json());
      const rows = (await control("text", { id: "file-000001" })) as string[];
      expect(Object.keys(JSON.parse(rows[0]!) as object)).toEqual(
        method === "sft" ? ["messages"] : ["input", "preferred_output", "non_preferred_output"],
      );
      await control("tick", { looks: 50 });
      const watched = await workspace.run(["jobs", "watch", id], env);
      expect(watched.code, watched.stderr).toBe(0);
      const shown = await workspace.run(["jobs", "show", id], env);
      expect(shown.stdout).toContain("SUCCEEDED");
      const state = server.state();
      expect(state).toMatchObject({ acceptedJobs: 1, violations: [] });
      const said = [sent, watched, shown].map(({ stdout, stderr }) => stdout + stderr).join("");
      expect(said).not.toContain("sk-planted");
    },
    120_000,
  );
});
