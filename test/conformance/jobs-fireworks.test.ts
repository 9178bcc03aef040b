// fireworks as it is run: the shipped recipe without a network, a job whose create was lost and is sent again under its
// id, and preference pairs of a real build. No published document or client of JavaScript exists to hold it against;
// the emulator's schemas cite pages and dates (docs/providers.md says so).

import { copyFile, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { fireworksKey, startFireworks } from "../emulator/fireworks.ts";
import type { JobServer } from "../emulator/job-server.ts";
import { makeWorkspace, type Workspace } from "../recipe/workspace.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
let server: JobServer;
let workspace: Workspace;

beforeAll(async () => {
  workspace = await makeWorkspace(20);
  const built = await workspace.run(["build", "recipe.yaml", "-o", "data"]);
  expect(built.code).toBe(0);
  await mkdir(workspace.path("jobs"), { recursive: true });
  await copyFile(join(root, "jobs/fireworks.yaml"), workspace.path("jobs", "fireworks.yaml"));
});
afterAll(() => workspace[Symbol.asyncDispose]());
beforeEach(async () => {
  // A dataset is ready, and a job done, at the first look at it, so that nothing waits.
  server = await startFireworks({ queue: 0, steps: 0, reading: 0 });
});
afterEach(() => server[Symbol.asyncDispose]());

const tune = (args: string[], own: Record<string, string> = {}) =>
  workspace.run(["tune", "jobs/fireworks.yaml", "--data", "data", ...args], {
    FIREWORKS_BASE_URL: server.url,
    FIREWORKS_API_KEY: fireworksKey,
    FIREWORKS_ACCOUNT_ID: "",
    ...own,
  });

it("plans the shipped recipe with a fake key and no network, and shows no key", async () => {
  await server[Symbol.asyncDispose]();
  const { code, stdout, stderr } = await tune(["--dry-run"], { FIREWORKS_API_KEY: "fw_planted" });
  expect([code, stderr]).toEqual([0, expect.stringContaining("nothing was sent")]);
  expect(stdout).toContain("could not be asked whose key this is");
  expect(stdout).toContain("supervisedFineTuningJobId=rectune-");
  expect(stdout + stderr).not.toContain("fw_planted");
});

it("sends a lost create again under its id: one job; the key is in no file", async () => {
  const on = "POST /v1/accounts/{acct}/supervisedFineTuningJobs";
  server.faults([{ on, kind: "conflict-after" }]);
  const first = await tune(["--yes", "--detach"]);
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining("submitted")]);
  const second = await tune(["--yes", "--json"]);
  const { result } = JSON.parse(second.stdout) as { result: { model: string } };
  expect(result.model).toMatch(/^openai:accounts\/ana\/models\/rectune-/);
  expect(server.state()).toMatchObject({ acceptedJobs: 1, wrongs: [], violations: [] });
  for (const name of await readdir(workspace.path("state"), { recursive: true })) {
    const bytes = await readFile(workspace.path("state", name)).catch(() => Buffer.alloc(0));
    expect([name, bytes.includes(fireworksKey)]).toEqual([name, false]);
  }
});

it("tunes preferences on pairs, priced by the recipe", async () => {
  const dpo = ["--set", "method=dpo", "--set", "options.pricePerMillionTokens=1"];
  const { code, stderr } = await tune(["--yes", ...dpo]);
  expect([code, stderr]).toEqual([0, expect.stringContaining("done")]);
  expect(server.state()).toMatchObject({ acceptedJobs: 1, wrongs: [], violations: [] });
  expect(server.state().requests).toContain("POST /v1/accounts/ana/dpoJobs");
});
