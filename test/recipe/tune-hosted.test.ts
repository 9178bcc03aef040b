// `rectune tune` and `rectune jobs` as a user has them, against an emulator on loopback: plan, approval, detaching, Ctrl-C,
// cancelling, JSON; and ledgers that cannot be written.

import { spawn } from "node:child_process";
import { chmod, mkdir, readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JobServer } from "../emulator/job-server.ts";
import { startOpenaiJobs } from "../emulator/openai-jobs.ts";
import { makeWorkspace, type Finished, type Workspace } from "./workspace.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const jobText = `version: 1
dataset: ./out
provider: nebius
model: meta-llama/Meta-Llama-3.1-8B-Instruct
hyperparameters: { epochs: 1, lora: { rank: 16, alpha: 16 }, maxTokens: 8192 }
maxUsd: 1
options: { pricePerMillionTokens: 1 }
`;

let at: Workspace;
let server: JobServer;

const env = (): Record<string, string> => ({
  NEBIUS_BASE_URL: server.url,
  NEBIUS_API_KEY: "emulated-key-0123",
});
const run = (...args: string[]): Promise<Finished> => at.run(args, env());
const accepted = (): number => server.state().acceptedJobs;

async function jobs(): Promise<{ id: string; state: string; remoteId: string | null }[]> {
  const { stdout } = await run("jobs", "ls", "--json");
  return (JSON.parse(stdout) as { jobs: { id: string; state: string; remoteId: string | null }[] })
    .jobs;
}

beforeAll(async () => {
  at = await makeWorkspace(12);
  await at.write("job.yaml", jobText);
  const built = await at.run(["build", "recipe.yaml", "-q", "-o", "out"]);
  expect(built.code, built.stderr).toBe(0);
});
beforeEach(async () => {
  server = await startOpenaiJobs({ profile: "nebius", queue: 0, steps: 1 });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(at.path("state"), { recursive: true, force: true });
});
afterAll(() => at[Symbol.asyncDispose]());

describe("tune", () => {
  test("--dry-run shows the plan and the requests, masked, and sends and records nothing", async () => {
    const dry = await run("tune", "job.yaml", "--dry-run");
    expect(dry, dry.stderr).toMatchObject({ code: 0 });
    for (const part of [/^ceiling +[\d.]+ USD$/m, /^price /m, /^checked /m, /^POST .*\/files/m])
      expect(dry.stdout).toMatch(part);
    expect(dry.stdout).toMatch(/^POST .*\/fine_tuning\/jobs/m);
    expect(dry.stdout).not.toContain("emulated-key");
    expect(server.state().requests.filter((request) => request.startsWith("POST"))).toEqual([]);
    expect(await jobs()).toEqual([]);
    const json = await run("tune", "job.yaml", "--dry-run", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: "planned", plan: { problems: [] } });
  });

  test("does not send without a yes, nor above the limit", async () => {
    const unasked = await run("tune", "job.yaml");
    expect(unasked).toMatchObject({ code: 5 });
    expect(unasked.stderr).toMatch(/ceiling +[\d.]+ USD[^]*error\[job-not-approved\][^]*--yes/);
    const dear = await run("tune", "job.yaml", "--yes", "--max-usd", "0.0001");
    expect(dear).toMatchObject({ code: 5 });
    expect(dear.stderr).toContain("error[budget-exceeded]");
    expect(accepted()).toBe(0);
  });

  test("goes from upload to result, and tells how to call it", async () => {
    const tuned = await run("tune", "job.yaml", "--yes");
    expect(tuned, tuned.stderr).toMatchObject({ code: 0 });
    const dir = tuned.stdout.trim();
    const card = await readFile(`${dir}/README.md`, "utf8");
    expect(card).toContain("```yaml\nversion: 1\nprovider: nebius\n");
    const file = JSON.parse(await readFile(`${dir}/job.json`, "utf8")) as {
      state: string;
      result: { model: string };
    };
    expect(file.state).toBe("SUCCEEDED");
    const [job] = await jobs();
    const shown = await run("jobs", "show", job!.id);
    expect(shown.stdout).toContain("To call the model:");
    expect(shown.stdout).toContain(file.result.model);
    const story = await run("jobs", "show", job!.id, "--json");
    expect(JSON.parse(story.stdout)).toMatchObject({
      spentByKind: { serve: 0, eval: 0 },
      result: { model: file.result.model },
    });
    const logs = await run("jobs", "logs", job!.id, "--json");
    expect(JSON.parse(logs.stdout)).toMatchObject({ job: job!.id });
    // What was written by a user of the account cannot steer a terminal, and a second run is no second job.
    expect(await run("tune", "job.yaml", "--yes")).toMatchObject({ code: 0 });
    expect(accepted()).toBe(1);
  });

  test("--detach leaves the job to run; watch and cancel work from elsewhere, cancel twice", async () => {
    const detached = await run("tune", "job.yaml", "--yes", "--detach");
    expect(detached, detached.stderr).toMatchObject({ code: 0 });
    const id = detached.stdout.trim();
    expect(detached.stderr).toContain(`jobs watch ${id}`);
    for (let time = 0; time < 2; time++) {
      const cancelled = await run("jobs", "cancel", id, "--json");
      expect(JSON.parse(cancelled.stdout)).toMatchObject({ job: { id, state: "CANCELLED" } });
    }
    expect((server.state()["jobs"] as { state: string }[]).map(({ state }) => state)).toEqual([
      "cancelled",
    ]);
    const again = await run("tune", "job.yaml", "--yes", "--detach", "--json");
    const { job } = JSON.parse(again.stdout) as { job: { id: string; attempt: number } };
    expect(job.attempt).toBe(2);
    expect(await run("jobs", "watch", job.id)).toMatchObject({
      code: 0,
      stdout: `${job.id} SUCCEEDED\n`,
    });
  });

  test("the first Ctrl-C detaches, says how to come back, and cancels nothing", async () => {
    await server[Symbol.asyncDispose]();
    server = await startOpenaiJobs({ profile: "nebius", queue: 1000, steps: 1 });
    const child = spawn(
      process.execPath,
      [main, "tune", "job.yaml", "--yes", "--state-dir", at.path("state")],
      { cwd: at.dir, env: { ...process.env, ...env() } },
    );
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<number | null>((done) => child.on("exit", done));
    const isWatching = (): boolean =>
      server.state().requests.some((request) => /^GET \/fine_tuning\/jobs\/[^/]+/.test(request));
    while (!isWatching() && child.exitCode === null)
      await new Promise((done) => setTimeout(done, 20));
    child.kill("SIGINT");
    expect(await ended, said).toBe(130);
    const [job] = await jobs();
    expect(said).toContain(`rectune jobs watch ${job!.id}`);
    expect(said).toContain("It was not cancelled");
    expect(job!.remoteId).not.toBeNull();
    expect((server.state()["jobs"] as { state: string }[])[0]!.state).not.toBe("cancelled");
  });
});

describe("a ledger that cannot be written", () => {
  /** Runs tune under a limit of the size of any file, as a full disk has it; 1 is 1024 bytes. */
  function tuneWithin(blocks: number): Promise<Finished> {
    const args = [
      process.execPath,
      main,
      "tune",
      "job.yaml",
      "--yes",
      "--state-dir",
      at.path("state"),
    ];
    const child = spawn("bash", ["-c", `ulimit -f ${blocks}; exec "$@"`, "bash", ...args], {
      cwd: at.dir,
      env: { ...process.env, ...env(), NODE_DISABLE_COMPILE_CACHE: "1" },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    return new Promise((done) =>
      child.on("close", (code, signal) => done({ code, signal, stdout, stderr })),
    );
  }

  test("because the disk is full: a clear error, and no job is made twice for it", async () => {
    const first = await tuneWithin(8);
    expect(first).toMatchObject({ code: 5 });
    expect(first.stderr).toMatch(/error\[ledger-unwritable\][^]*Nothing was sent/);
    expect(accepted()).toBe(0);
    // Further on, the limit strikes later: at the intent, or once the job is there.
    const codes: string[] = [];
    for (const blocks of [64, 96, 128, 160]) {
      const { code, stderr } = await tuneWithin(blocks);
      codes.push(/error\[([\w-]+)\]/.exec(stderr)?.[1] ?? `exit ${code}`);
      expect(accepted()).toBeLessThanOrEqual(1);
    }
    expect(codes.filter((code) => code === "internal")).toEqual([]);
    expect(await run("tune", "job.yaml", "--yes"), codes.join()).toMatchObject({ code: 0 });
    expect(accepted()).toBe(1);
  });

  test("because it is damaged: refused, nothing sent", async () => {
    await at.write(
      "state/ledger.sqlite",
      "no database, and long enough to be taken for one: ".repeat(40),
    );
    const refused = await run("tune", "job.yaml", "--yes");
    expect(refused).toMatchObject({ code: 5 });
    expect(refused.stderr).toContain("error[ledger-corrupt]");
    expect(server.state().requests).toEqual([]);
  });

  test("because the folder is read-only: refused, nothing sent", async () => {
    // Root may write everywhere: then another user plays.
    const isRoot = process.getuid?.() === 0;
    await mkdir(at.path("state"), { recursive: true });
    await chmod(at.path("state"), 0o555);
    await chmod(at.dir, 0o755);
    const script = `import { openLedgerFile } from ${JSON.stringify(new URL("../../src/job/open-ledger.ts", import.meta.url).href)};
      ${isRoot ? "process.setegid(65534); process.seteuid(65534);" : ""}
      try { openLedgerFile(${JSON.stringify(at.path("state/ledger.sqlite"))}); } catch (error) { console.log(error.code, error.message); }`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
      cwd: at.dir,
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await new Promise((done) => child.on("close", done));
    await chmod(at.path("state"), 0o755);
    expect(said).toMatch(/^ledger-unwritable .*ledger\.sqlite[^]*Nothing was sent/);
  });
});
