// Jobs of the local trainer through the real program, with a stand-in for Python: the program is killed at any point and
// the child goes on; the result is asked in a suite; dpo gets its pairs.

import { mkdir, readFile, rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeFakePython } from "../unit/job/provider/fake-python.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

const points = [
  "job:intent",
  "local:recorded",
  "local:started",
  "job:sent",
  "job:submitted",
  "job:tune-step-1",
];

type Listed = { jobs: { id: string; state: string; attempt: number; jobDir: string }[] };

describe("the local trainer", () => {
  let at: Workspace;
  const list = async (): Promise<Listed["jobs"]> => {
    const listed = await at.run(["jobs", "ls", "--json"]);
    return (JSON.parse(listed.stdout) as Listed).jobs;
  };
  const read = async (...parts: string[]): Promise<string> =>
    readFile(at.path("state/jobs", ...parts), "utf8");

  beforeAll(async () => {
    at = await makeWorkspace(20);
    await mkdir(at.path("weights"));
    const python = makeFakePython(at.dir);
    await at.write(
      "job.yaml",
      `version: 1\ndataset: ./out\nprovider: local\nmodel: ./weights\noptions: { python: ${python} }\n`,
    );
    await at.run(["build", "recipe.yaml", "-q", "--set", "lang=[en]", "-o", "out"]);
  });
  beforeEach(() => rm(at.path("state"), { recursive: true, force: true }));
  afterAll(() => at[Symbol.asyncDispose]());

  it.each(points)("survives a kill of the program at %s: one job, one training", async (point) => {
    const killed = await at.run(["tune", "job.yaml"], { RECTUNE_TEST_KILL: point });
    expect(killed.signal, killed.stderr).toBe("SIGKILL");
    const done = await at.run(["tune", "job.yaml"]);
    expect(done, done.stderr).toMatchObject({ code: 0 });
    const [job, ...others] = await list();
    expect(job).toMatchObject({ state: "SUCCEEDED", attempt: 1 });
    expect(others).toEqual([]);
    expect(await read(job!.id, "output/starts")).toBe("0\n");
  });

  it("trains on the pairs of dpo, and never sees the test split", async () => {
    const done = await at.run(["tune", "job.yaml", "--set", "method=dpo"]);
    expect(done, done.stderr).toMatchObject({ code: 0 });
    const [job] = await list();
    const config = JSON.parse(await read(job!.id, "config.json")) as Record<string, string>;
    const [pair] = (await readFile(config["train"]!, "utf8")).split("\n");
    expect(Object.keys(JSON.parse(pair!) as object)).toEqual(["prompt", "chosen", "rejected"]);
    expect(JSON.stringify(config)).not.toContain("test.jsonl");
  });

  it("answers in a suite as the job and as its base", async () => {
    const job2 = (await readFile(at.path("job.yaml"), "utf8")).replace("./out", "./recipe.yaml");
    await at.write("job2.yaml", job2);
    await at.run(["tune", "job2.yaml"]);
    const [job] = await list();
    for (const folder of ["model", "base"])
      await at.write(`state/jobs/${job!.id}/output/${folder}/w.safetensors`, folder);
    await at.write(
      "suite.yaml",
      "version: 1\ndataset: ./recipe.yaml\njob: ./job2.yaml\ncandidates: {from: uniform, n: 8}\nsystems:\n  - {name: base, model: 'job:base'}\n  - {name: tuned, model: job}\n",
    );
    const done = await at.run(["eval", "suite.yaml", "-o", "run", "--limit", "5"]);
    expect(done, done.stderr).toMatchObject({ code: 0 });
    const report = await readFile(at.path("run/report.json"), "utf8");
    expect(report).toContain(`local:./weights`);
  });
});
