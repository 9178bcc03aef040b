// A tune killed at any point goes on with the same command to the same weights: one job, one attempt.

import { readFile, rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeWorkspace, type Finished, type Workspace } from "./workspace.ts";

const points = [
  "job:planned",
  "job:approved",
  "job:uploaded",
  "job:intent",
  "job:sent",
  "job:submitted",
  "job:base-step-1",
  "job:tune-step-1",
  "job:tune-step-4",
];

const jobText = `version: 1
dataset: ./out
provider: micro
model: micro:d64
hyperparameters: { batchSize: 4, maxTokens: 256 }
options: { steps: 5, baseSteps: 2, saveEvery: 2, merges: 50 }
`;

type Listed = { jobs: { id: string; state: string; attempt: number; jobDir: string }[] };

describe("a killed tune", () => {
  let at: Workspace;
  let whole: Buffer;

  const tune = (env: Record<string, string> = {}): Promise<Finished> =>
    at.run(["tune", "job.yaml", "--threads", "1"], env);
  const weights = (done: Finished): Promise<Buffer> =>
    readFile(`${done.stdout.trim()}/model/model.safetensors`);
  const list = async (): Promise<Listed["jobs"]> => {
    const listed = await at.run(["jobs", "ls", "--json"]);
    return (JSON.parse(listed.stdout) as Listed).jobs;
  };

  beforeAll(async () => {
    at = await makeWorkspace(20);
    await at.write("job.yaml", jobText);
    await at.run(["build", "recipe.yaml", "-q", "--set", "lang=[en]", "-o", "out"]);
    whole = await weights(await tune());
  });
  beforeEach(() => rm(at.path("state"), { recursive: true, force: true }));
  afterAll(() => at[Symbol.asyncDispose]());

  it.each(points)("at %s goes on to the same weights", async (point) => {
    const killed = await tune({ RECTUNE_TEST_KILL: point });
    expect(killed.signal).toBe("SIGKILL");
    const done = await tune();
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect((await weights(done)).equals(whole)).toBe(true);
    expect(await list()).toMatchObject([{ state: "SUCCEEDED", attempt: 1 }]);
  });

  it("is not tuned a second time once it is done", async () => {
    await tune();
    const again = await tune();
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain("was tuned before");
    expect(await list()).toHaveLength(1);
  });
});
