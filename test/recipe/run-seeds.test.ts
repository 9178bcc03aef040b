// Training seeds of a suite: one job each, their answers side by side, and the mean over them under one verdict.

import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { mean, standardDeviation } from "../../src/base/stat/summary.ts";
import type { Report } from "../../src/eval/score/types.ts";
import { makeWorkspace } from "./workspace.ts";

const job = `version: 1
dataset: ../recipe.yaml
provider: micro
model: micro:d64
options: { steps: 6, baseSteps: 3, merges: 100 }
`;

const suiteOf = (systems: string): string => `version: 1
dataset: ../recipe.yaml
job: ../jobs/sample.yaml
systems:
${systems}
tasks: [ranking]
candidates: { n: 8 }
primary:
  - { metric: ndcg@10/uni8, system: tuned, against: base }
gate: { metric: ndcg@10/uni8, system: tuned, against: base, minLow: -1 }
`;
const seeded = `  - { name: base, model: "job:base", seeds: [1, 3] }
  - { name: tuned, model: job, seeds: [1, 3] }`;

it("tunes each seed once, asks each, and judges their mean", { timeout: 120_000 }, async () => {
  await using at = await makeWorkspace(30);
  await at.write("jobs/sample.yaml", job);
  await at.write("eval/seeds.yaml", suiteOf(seeded));
  const early = await at.run(["eval", "eval/seeds.yaml"]);
  expect(early.code).toBe(2);
  expect(early.stderr).toContain("was not tuned yet with seed 1 on this dataset");
  expect(early.stderr).toContain("rectune tune jobs/sample.yaml --set seed=1");

  const done = await at.run(["run", "eval/seeds.yaml"]);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(done.stderr.match(/job [0-9a-f]{12} \(seed \d\): tuned/g)).toHaveLength(2);
  const report = JSON.parse(await readFile(at.path("runs/seeds/report.json"), "utf8")) as Report;
  const find = (name: string) => report.systems.find((system) => system.name === name)!;
  expect(report.systems.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "base",
      "tuned",
      "base-seed1",
      "base-seed3",
      "tuned-seed1",
      "tuned-seed3",
    ]),
  );
  expect(find("tuned")).toMatchObject({ kind: "tuned", about: "mean over training seeds 1, 3" });
  expect(find("tuned-seed3").about).toMatch(/, seed 3$/);

  const metric = "ndcg@10/uni8";
  const valueOf = (name: string): number => find(name).metrics[metric]!.value;
  expect(valueOf("tuned")).toBeCloseTo(mean([valueOf("tuned-seed1"), valueOf("tuned-seed3")]), 12);
  const [lead] = report.comparisons;
  const deltas = [1, 3].map((seed) => valueOf(`tuned-seed${seed}`) - valueOf(`base-seed${seed}`));
  expect(lead).toMatchObject({ system: "tuned", against: "base", n: 30, primary: true });
  expect(lead!.seeds!.map(({ seed }) => seed)).toEqual([1, 3]);
  lead!.seeds!.forEach(({ delta, low, high }, i) => {
    expect(delta).toBeCloseTo(deltas[i]!, 12);
    expect([low <= delta, delta <= high]).toEqual([true, true]);
  });
  expect(lead!.seedSd).toBeCloseTo(standardDeviation(deltas), 12);
  expect(lead!.delta).toBeCloseTo(mean(deltas), 12);
  expect(lead!.low).toBeLessThanOrEqual(lead!.delta);
  // A seed alone is compared with nothing: it is a draw of what the mean is made of.
  expect(
    report.comparisons.filter(({ system, against }) => /-seed/.test(system + against)),
  ).toEqual([]);
  expect(done.stdout).toMatch(/training seeds 1, 3: -?[.\d]+, -?[.\d]+ \(SD [.\d]+\)/);

  const again = await at.run(["run", "eval/seeds.yaml"]);
  expect(again.stdout).toBe(done.stdout);
  expect(again.stderr.match(/\(seed \d\): reused/g)).toHaveLength(2);
  const page = await readFile(at.path("runs/seeds/report.html"), "utf8");
  expect(page).toContain("training seeds 1, 3");
  expect(page).toContain("<h2>Training seeds</h2>");
  expect(done.stdout).toMatch(
    /\ntuned − base on ndcg@10\/uni8 by training seed: 1 .*\], 3 .*\]; mean .*, SD [.\d]+\n/,
  );
  const rescored = await at.run(["report", "runs/seeds"]);
  expect(rescored, rescored.stderr).toMatchObject({ code: 0 });
  const remade = await readFile(at.path("runs/seeds/report.json"), "utf8");
  expect(JSON.parse(remade)).toEqual(report);

  const closed = await at.run(["eval", "eval/seeds.yaml", "--set", "gate.minLow=0.99"]);
  expect(closed.code).toBe(6);

  // One side with seeds: each is set against the same base, whose own seed is tuned too.
  const half = suiteOf(
    `  - { name: base, model: "job:base" }\n  - { name: tuned, model: job, seeds: [1, 3] }`,
  );
  await at.write("eval/half.yaml", half);
  const other = await at.run(["run", "eval/half.yaml"]);
  expect(other, other.stderr).toMatchObject({ code: 0 });
  expect(other.stdout).toContain("training seeds 1, 3");
});

it.each([
  ["{ name: tuned, model: job, seeds: [1] }", "systems.0.seeds"],
  ["{ name: tuned, model: job, seeds: [1, 1] }", "a seed stands twice"],
  ["{ name: tuned, model: 'openai:x', seeds: [1, 2] }", "only the suite's own job"],
  ["{ name: tuned, model: job, seeds: [1, 2], checkpoints: all }", "only the suite's own job"],
  [
    "{ name: tuned, model: job, seeds: [1, 2] }, { name: tuned-seed2, model: job }",
    "how a training seed of another system is called",
  ],
  [
    "{ name: base, model: 'job:base', seeds: [1, 3] }, { name: tuned, model: job, seeds: [1, 2] }",
    '"tuned" and "base" have different seeds',
  ],
])("refuses %s", async (systems, message) => {
  await using at = await makeWorkspace(5);
  await at.write("jobs/sample.yaml", job);
  await at.write(
    "bad.yaml",
    `version: 1\ndataset: recipe.yaml\njob: jobs/sample.yaml\nsystems: [${systems}]\n${systems.includes("base") ? "primary: [{ metric: mae, system: tuned, against: base }]\n" : ""}`,
  );
  const done = await at.run(["eval", "bad.yaml"]);
  expect(done.code).toBe(2);
  expect(done.stderr).toContain(message);
});

it("begins no seed where all of them together may cost more than the limit", async () => {
  await using at = await makeWorkspace(30);
  const hosted =
    "version: 1\ndataset: ../recipe.yaml\nprovider: openai\nmodel: gpt-4.1-nano-2025-04-14\nmaxUsd: 9\noptions: { pricePerMillionTokens: 20 }\n";
  await at.write("jobs/sample.yaml", hosted);
  await at.write("eval/seeds.yaml", suiteOf(seeded));
  // Nothing listens there: a request would end in another error.
  const env = { OPENAI_API_KEY: "sk-loopback", OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
  const one = await at.run(["tune", "jobs/sample.yaml", "--dry-run", "--json"], env);
  expect(one, one.stderr).toMatchObject({ code: 0 });
  const { ceilingUsd } = (JSON.parse(one.stdout) as { plan: { ceilingUsd: number } }).plan;
  expect(ceilingUsd).toBeGreaterThan(0);
  const done = await at.run(["run", "eval/seeds.yaml", "--max-usd", String(1.5 * ceilingUsd)], env);
  expect(done.code).toBe(5);
  expect(done.stderr).toContain("error[budget-exceeded]");
  expect(done.stderr).toContain("Nothing was sent");
});
