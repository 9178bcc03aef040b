// `rectune jobs` on jobs whose create nobody answered, against an emulator whose lists show no job: what is said of them,
// which ids are believed.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JobServer } from "../emulator/job-server.ts";
import { startOpenaiJobs } from "../emulator/openai-jobs.ts";
import { makeWorkspace, type Finished, type Workspace } from "./workspace.ts";

const jobText = (seed: number): string => `version: 1
dataset: ./out
provider: nebius
model: meta-llama/Meta-Llama-3.1-8B-Instruct
hyperparameters: { epochs: 1, lora: { rank: 16, alpha: 16 }, maxTokens: 8192 }
seed: ${seed}
maxUsd: 1
options: { pricePerMillionTokens: 1 }
`;

const page = readFileSync(new URL("../../docs/jobs.md", import.meta.url), "utf8");

let at: Workspace;
let server: JobServer;

const run = (args: string[], env: Record<string, string> = {}): Promise<Finished> =>
  at.run(args, { NEBIUS_BASE_URL: server.url, NEBIUS_API_KEY: "emulated-key-0123", ...env });

type Told = { id: string; state: string; remoteId: string | null };
const listed = async (): Promise<Told[]> =>
  (JSON.parse((await run(["jobs", "ls", "--json"])).stdout) as { jobs: Told[] }).jobs;

/** A job that the server has, though its answer never came to the ledger. */
async function loseAnswer(name: string): Promise<string> {
  const before = new Set((await listed()).map(({ id }) => id));
  const killed = await run(["tune", name, "--yes"], { RECTUNE_TEST_KILL: "job:sent" });
  expect(killed.signal).toBe("SIGKILL");
  return (await listed()).find(({ id }) => !before.has(id))!.id;
}

beforeAll(async () => {
  at = await makeWorkspace(12);
  for (const seed of [1, 2, 3]) await at.write(`job-${seed}.yaml`, jobText(seed));
  const built = await at.run(["build", "recipe.yaml", "-q", "-o", "out"]);
  expect(built.code, built.stderr).toBe(0);
});
beforeEach(async () => {
  server = await startOpenaiJobs({ profile: "nebius", queue: 0, steps: 1, lag: 500 });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(at.path("state"), { recursive: true, force: true });
});
afterAll(() => at[Symbol.asyncDispose]());

describe("jobs ls and jobs show", () => {
  test("list the newest job first, in text and JSON, so that docs/jobs.md shows the one just tuned", async () => {
    await run(["tune", "job-1.yaml", "--yes"]);
    const tuned = await run(["tune", "job-2.yaml", "--yes"]);
    const newest = tuned.stdout.trim().slice(-12);
    const [, first] = (await run(["jobs", "ls"])).stdout.split("\n");
    expect(first).toMatch(new RegExp(`^${newest} `));
    expect((await listed()).map(({ id }) => id)).toEqual([newest, expect.any(String)]);
    const line = /^rectune jobs show "\$\(rectune (.*?) \|(.*)\)"$/m.exec(page)!;
    const picked = spawnSync("bash", ["-c", line[2]!.trim()], {
      input: (await run(line[1]!.split(" "))).stdout,
      encoding: "utf8",
    });
    expect(picked.stdout.trim()).toBe(newest);
  }, 60_000);

  test("say of a create without an answer that nobody knows, and what settles it", async () => {
    const id = await loseAnswer("job-3.yaml");
    const intent = await run(["jobs", "show", id]);
    expect(intent.stdout).toMatch(/^at provider +unknown$/m);
    expect(intent.stderr).toContain(`rectune jobs resolve ${id}`);
    // The look finds nothing there, as the lists lag, and the id is a wrong one.
    expect((await run(["jobs", "resolve", id, "--adopt", "none"])).code).toBe(2);
    const next = `job ${id} (nebius): nobody knows whether its create arrived`;
    const shown = await run(["jobs", "show", id]);
    expect(shown.stdout).toMatch(/^at provider +unknown$/m);
    expect(shown.stdout).toMatch(/^USD +unknown; the ceiling of the tune is \d+\.\d\d$/m);
    const ls = await run(["jobs", "ls"]);
    expect(ls.stdout).toMatch(
      new RegExp(`^${id} +UNKNOWN .* unknown, \\d+\\.\\d\\d at most `, "m"),
    );
    for (const { stderr } of [shown, ls]) {
      expect(stderr).toContain(next);
      expect(stderr).toContain(`rectune jobs resolve ${id} --adopt ID|--absent`);
    }
  }, 60_000);
});

describe("jobs resolve --adopt", () => {
  test("believes no id that is unknown or another run's, then the right one", async () => {
    const id = await loseAnswer("job-1.yaml");
    const other = await loseAnswer("job-2.yaml");
    const unknown = await run(["jobs", "resolve", id, "--adopt", "ftjob-nope"]);
    expect(unknown).toMatchObject({ code: 2, stdout: "" });
    expect(unknown.stderr).toMatch(
      /error\[adopt-unknown\][^]*nothing was recorded[^]*jobs resolve/,
    );
    const wrong = await run(["jobs", "resolve", id, "--adopt", "ftjob-000002"]);
    expect(wrong).toMatchObject({ code: 5, stdout: "" });
    expect(wrong.stderr).toContain(`its suffix is "r-${other}"`);
    expect((await run(["jobs", "resolve", id, "--adopt", ""])).code).toBe(2);
    expect((await listed()).map(({ state }) => state)).not.toContain("SUBMITTED");
    const right = await run(["jobs", "resolve", id, "--adopt", "ftjob-000001"]);
    expect(right).toMatchObject({ code: 0, stdout: `${id} SUBMITTED\n` });
    expect(right.stderr).toContain("ftjob-000001 at nebius carries its run key");
    expect(await run(["jobs", "watch", id])).toMatchObject({
      code: 0,
      stdout: `${id} SUCCEEDED\n`,
    });
    expect(server.state().acceptedJobs).toBe(2);
  }, 60_000);
});
