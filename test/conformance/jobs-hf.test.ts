// hf-jobs as it is run: the shipped recipe without a network, a job adopted by a second process, and the Hub's own client
// (@huggingface/hub, unmodified) against the emulator, so that neither our adapter nor our emulator is held against itself
// alone. The trainer is asked whether it takes our config.

import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as hub from "@huggingface/hub";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { plainContext } from "../../src/base/logger.ts";
import { describeDataset } from "../../src/job/describe-dataset.ts";
import { hfJobsProvider } from "../../src/job/provider/hf-jobs.ts";
import { trainerConfig } from "../../src/job/provider/hf-jobs-spec.ts";
import type { JobRequest } from "../../src/job/provider/types.ts";
import { startHfJobs, type HfJobsServer } from "../emulator/hf-jobs.ts";
import { hubToken } from "../emulator/hub-store.ts";
import { makeWorkspace, type Workspace } from "../recipe/workspace.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
let server: HfJobsServer;
let workspace: Workspace;

beforeAll(async () => {
  workspace = await makeWorkspace(20);
  const built = await workspace.run(["build", "recipe.yaml", "-o", "data"]);
  expect(built.code).toBe(0);
  await mkdir(workspace.path("jobs"), { recursive: true });
  await copyFile(join(root, "jobs/hf-lora.yaml"), workspace.path("jobs", "hf-lora.yaml"));
});
afterAll(() => workspace[Symbol.asyncDispose]());
beforeEach(async () => {
  // A job is done at the first look at it, so that nothing waits.
  server = await startHfJobs({ queue: 0, steps: 0 });
});
afterEach(() => server[Symbol.asyncDispose]());

const env = (own: Record<string, string> = {}): Record<string, string> => ({
  HF_ENDPOINT: server.url,
  HF_HOME: workspace.path("hf"),
  HF_TOKEN: hubToken,
  ...own,
});
const tune = (args: string[], own: Record<string, string> = {}) =>
  workspace.run(["tune", "jobs/hf-lora.yaml", "--data", "data", ...args], env(own));

describe("the shipped recipe", () => {
  it("is planned with a fake token and no network, and shows no token", async () => {
    await server[Symbol.asyncDispose]();
    const { code, stdout, stderr } = await tune(["--dry-run"], { HF_TOKEN: "hf_planted_token" });
    expect([code, stderr]).toEqual([0, expect.stringContaining("nothing was sent")]);
    expect(stdout).toContain("the live list of hardware could not be asked");
    expect(stdout).toContain('"HF_TOKEN": "***"');
    expect(stdout + stderr).not.toContain("hf_planted_token");
  });

  it("runs to its end; a create whose answer is lost is adopted; the token is in no file", async () => {
    server.faults([{ on: "POST /api/jobs/{ns}", kind: "accept-drop" }]);
    const first = await tune(["--yes", "--detach"]);
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining("looking whether")]);
    const second = await tune(["--yes", "--json"]);
    expect(second.code).toBe(0);
    const { result, job } = JSON.parse(second.stdout) as {
      result: { model: string };
      job: { jobDir: string };
    };
    expect(result.model).toMatch(/^hf:ana\/rectune-/);
    expect(server.state()).toMatchObject({ acceptedJobs: 1, leaks: [], violations: [] });
    for (const name of await readdir(workspace.path("state"), { recursive: true })) {
      const bytes = await readFile(workspace.path("state", name)).catch(() => Buffer.alloc(0));
      expect([name, bytes.includes(hubToken)]).toEqual([name, false]);
    }
    expect(await readdir(job.jobDir)).toContain("job.json");
  });
});

describe("@huggingface/hub unmodified", () => {
  const shared = () => ({ accessToken: hubToken, hubUrl: server.url });

  it("pushes, pins and compares files", async () => {
    const repo = { type: "dataset", name: "ana/rows" } as const;
    await hub.createRepo({ ...shared(), repo, visibility: "private" });
    const file = { path: "train.jsonl", content: new Blob(["{}\n"]) };
    const made = await hub.uploadFiles({ ...shared(), repo, files: [file], useXet: false });
    const { sha } = await hub.datasetInfo({
      ...shared(),
      name: repo.name,
      additionalFields: ["sha"],
    });
    expect(sha).toBe(made!.commit.oid);
    const [info] = await hub.pathsInfo({ ...shared(), repo, paths: ["train.jsonl"] });
    expect(info).toMatchObject({ path: "train.jsonl", size: 3 });
    const late = { ...shared(), repo, files: [file], parentCommit: "0".repeat(40), useXet: false };
    await expect(hub.uploadFiles(late)).rejects.toMatchObject({ statusCode: 412 });
  });

  it("runs, lists, reads and cancels jobs, and tells machines and who pays", async () => {
    const me = await hub.whoAmI(shared());
    expect(me).toMatchObject({ type: "user", name: "ana", canPay: true });
    expect((await hub.listJobHardware({ hubUrl: server.url })).map(({ name }) => name)).toContain(
      "l4x1",
    );
    const repo = { type: "model", name: "ana/weights" } as const;
    server.store.models.set(repo.name, {
      private: true,
      commits: [{ oid: "a".repeat(40), summary: "", files: new Map() }],
    });
    const job = await hub.runJob({
      ...shared(),
      namespace: "ana",
      dockerImage: "vllm/vllm-openai:latest",
      command: ["vllm", "serve", "org/model"],
      flavor: "l4x1",
      timeoutSeconds: 600,
      attempts: 1,
      labels: { app: "test" },
      volumes: [{ source: repo, mountPath: "/adapter", revision: "a".repeat(40), readOnly: true }],
    });
    expect((await hub.listJobs({ ...shared(), namespace: "ana" })).map(({ id }) => id)).toEqual([
      job.id,
    ]);
    const seen = await hub.getJob({ ...shared(), namespace: "ana", jobId: job.id });
    expect(String(seen.status.stage)).not.toBe("");
    const lines = await Array.fromAsync(
      hub.streamJobLogs({ ...shared(), namespace: "ana", jobId: job.id }),
    );
    expect(lines[0]!.message).toContain("Job started");
    expect(server.state()["leaks"]).toEqual([]);
  });
});

it("has the trainer's word that it takes the config", async () => {
  const dataset = await describeDataset(workspace.path("data"));
  const request: JobRequest = {
    name: "films",
    dataset,
    hyperparameters: {
      epochs: 1,
      learningRate: "auto",
      batchSize: "auto",
      lora: { rank: 8, alpha: 16 },
      maxTokens: 256,
    },
    options: hfJobsProvider.options.parse({}),
    seed: 1,
    runKey: "ab".repeat(32),
    account: "ana",
    model: "org/model-1B",
    method: "sft",
    jobDir: workspace.path("job"),
    stateDir: workspace.path("state"),
  };
  const context = plainContext({ env: env() });
  const { files } = await hfJobsProvider.upload(request, context);
  const config = trainerConfig(request, {
    repo: files["repo"]!,
    revision: files["revision"]!,
    train: files["train"]!,
    validation: files["validation"] ?? null,
  });
  await workspace.write("config.json", JSON.stringify(config));
  const code =
    "import runpy, sys; t = runpy.run_path(sys.argv[1]); c = t['read_config'](sys.argv[2]);" +
    "print(t['settings'](c)['batch'], len(t['read_rows'](sys.argv[3], c['sha256']['train'])))";
  const asked = spawnSync(
    "python3",
    [
      "-c",
      code,
      join(root, "jobs/trainer/train.py"),
      workspace.path("config.json"),
      workspace.path("job", "upload", "train.jsonl"),
    ],
    { encoding: "utf8" },
  );
  expect([asked.status, asked.stderr]).toEqual([0, ""]);
  expect(asked.stdout.trim()).toBe(`16 ${dataset.rows.train}`);
});
