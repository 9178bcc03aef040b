// `rectune run` and `demo` with the embedded trainer, over in a few steps: one command from a log to a verdict, and the
// same command again, which finds everything done.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import type { Report } from "../../src/eval/score/types.ts";
import { makeWorkspace } from "./workspace.ts";

const job = `version: 1
dataset: ../recipe.yaml
provider: micro
model: micro:d64
options: { steps: 6, baseSteps: 3, merges: 100 }
`;

const suite = `version: 1
dataset: ../recipe.yaml
job: ../jobs/sample.yaml
systems:
  - { name: base, model: "job:base" }
  - { name: tuned, model: job }
  - { name: item-knn }
candidates: { n: 8 }
primary:
  - { metric: ndcg@10/uni8, system: tuned, against: base }
limit: { explanation: 5 }
`;

it("goes from a log to a verdict, and does nothing twice", async () => {
  await using at = await makeWorkspace(30);
  await at.write("jobs/sample.yaml", job);
  await at.write("eval/sample.yaml", suite);

  const early = await at.run(["eval", "eval/sample.yaml"]);
  expect(early.code).toBe(2);
  expect(early.stderr).toContain("error[eval-job-missing]");
  expect(early.stderr).toContain("rectune tune jobs/sample.yaml");
  expect(existsSync(at.path("state/ledger.sqlite"))).toBe(false);

  const done = await at.run(["run", "eval/sample.yaml"]);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(done.stderr).toMatch(/dataset small: reused\n[^]*job [0-9a-f]{12}: tuned\n/);
  const lines = done.stdout.trimEnd().split("\n");
  expect(lines.at(-1)).toMatch(
    /^(tuned is (better|worse) than base|no difference shown between tuned and base): ndcg@10\/uni8 .*, n = 30/,
  );
  expect(
    lines.some((line) => line.startsWith("note: base = the same net trained for 3 steps")),
  ).toBe(true);

  const report = JSON.parse(await readFile(at.path("runs/sample/report.json"), "utf8")) as Report;
  expect(report.systems.slice(0, 2).map(({ kind, about }) => [kind, about])).toEqual([
    ["base", "micro:d64, 3 steps on shuffled targets"],
    ["tuned", "micro:d64, tuned, 6 steps"],
  ]);
  expect(report.protocol["job"]).toMatch(/^[0-9a-f]{12}$/);

  const startedMs = performance.now();
  const again = await at.run(["demo"]);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect(again.stdout).toBe(done.stdout);
  for (const step of ["dataset small: reused", ": reused\neval sample: reused"]) {
    expect(again.stderr).toContain(step);
  }

  // Another seed of the job is another model; the dataset and the classics stay.
  const other = await at.run(["run", "eval/sample.yaml", "--set", "job.seed=2"]);
  expect(other, other.stderr).toMatchObject({ code: 0 });
  expect(other.stderr).toContain("dataset small: reused");
  expect(other.stderr).toMatch(/tuned: \d+ answers\n/);
  expect(other.stderr).toMatch(/item-knn: 0 answers, \d+ were there already/);
});

it("refuses a suite and a job that speak of different datasets", async () => {
  await using at = await makeWorkspace(30);
  await at.write("jobs/sample.yaml", job);
  await at.write("eval/sample.yaml", suite);
  await at.write("other.yaml", await readFile(at.path("recipe.yaml")));
  const done = await at.run(["run", "eval/sample.yaml", "--set", "dataset=other.yaml"]);
  expect(done.code).toBe(2);
  expect(done.stderr).toContain("error[suite-job-dataset]");
});
