// A hosted job's models are asked where the job ran, with that server's key, unless the suite names another server.

import { describe, expect, test } from "vitest";
import { makeModelFinder } from "../../../../src/eval/system/find-models.ts";
import type { Suite } from "../../../../src/eval/suite/recipe.ts";
import type { TunedJob } from "../../../../src/eval/suite/tuned-job.ts";
import type { BuildResult } from "../../../../src/dataset/build.ts";
import { plainContext } from "../../../../src/base/logger.ts";

const job: TunedJob = {
  id: "0123456789ab",
  model: "openai:ft:tuned",
  base: "openai:open-llama",
  checkpoints: [],
  about: "tuned",
  baseAbout: "base",
  note: null,
};
const at = { baseUrl: "https://tuning.example/v1", keyEnv: "TUNING_KEY" };
const suite = { path: "/w/eval/s.yaml", jobPath: "/w/jobs/j.yaml" } as Suite;
const dataset = { dir: "/w/data" } as BuildResult;

async function identityOf(tuned: TunedJob, settings: object = {}): Promise<string> {
  const finder = makeModelFinder(suite, dataset, plainContext({ cwd: "/w" }), { job: tuned });
  const source = await finder.findModel({ name: "tuned", model: "job", ...settings });
  return source.identity;
}

describe("the address of a job's model", () => {
  test("is the job's own", async () => {
    expect(await identityOf({ ...job, at })).not.toBe(await identityOf(job));
    const named = await identityOf(job, { baseUrl: at.baseUrl, keyEnv: at.keyEnv });
    expect(await identityOf({ ...job, at })).toBe(named);
  });

  test("is the suite's where that names one", async () => {
    const other = { baseUrl: "http://127.0.0.1:8000/v1" };
    expect(await identityOf({ ...job, at }, other)).toBe(await identityOf(job, other));
  });
});
