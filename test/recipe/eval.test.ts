// `rectune eval`, `report` and `compare` on a small dataset: what they print, write, use again and refuse.

import { existsSync } from "node:fs";
import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import type { Prediction, Report } from "../../src/eval/score/types.ts";
import { makeWorkspace, type Finished, type Workspace } from "./workspace.ts";

const suite = `version: 1
dataset: recipe.yaml
systems:
  - { name: item-knn }
  - { name: user-mean }
candidates: { n: 8 }
primary:
  - { metric: ndcg@10/uni8, system: item-knn, against: random }
`;

async function makeSuite(users = 30, text = suite): Promise<Workspace> {
  const at = await makeWorkspace(users);
  await at.write("films.yaml", text);
  return at;
}

const reportOf = async (at: Workspace, dir = "runs/films"): Promise<Report> =>
  JSON.parse(await readFile(at.path(dir, "report.json"), "utf8")) as Report;

const lastLine = ({ stdout }: Finished): string => stdout.trimEnd().split("\n").at(-1)!;

it("evaluates baselines and ends with the verdict in one sentence", async () => {
  await using at = await makeSuite();
  const done = await at.run(["eval", "films.yaml"]);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(lastLine(done)).toMatch(
    /^(item-knn is (better|worse) than random|no difference shown between item-knn and random): ndcg@10\/uni8 [+-]?\d\.\d+ \[-?\d\.\d+, -?\d\.\d+\], n = 30( \(n needed: \d+\))?$/,
  );
  const report = await reportOf(at);
  expect(report.sentence).toBe(lastLine(done));
  // Trivial systems answer whether the suite lists them or not.
  const systems = report.systems.map(({ name }) => name);
  expect(systems).toEqual(["item-knn", "user-mean", "random", "popularity", "item-mean"]);
  const ratings = ["mae", "rmse", "accuracy", "kappa", "rmse-rows", "mae-rows"];
  expect(Object.keys(report.systems[4]!.metrics)).toEqual(ratings);
  expect(report.protocol).toMatchObject({
    split: "leave-one-out",
    variant: "uni8",
    users: 30,
    baselines:
      "fitted on train; a user's history is what they did before the target, as far as prompts may show it",
    "always run": "user-mean, item-mean, random, popularity",
  });
  const page = await readFile(at.path("runs/films/report.html"), "utf8");
  expect(page).toContain("item-knn");
  // Its own one, and none of a log's.
  expect(page.match(/<script/g)).toHaveLength(1);
});

it("a constant scorer scores what chance gives, to the last digit", async () => {
  await using at = await makeSuite();
  await at.run(["eval", "films.yaml"]);
  const { systems } = await reportOf(at);
  const { value, low, high } = systems.find(({ name }) => name === "user-mean")!.metrics[
    "ndcg@10/uni8"
  ]!;
  const chance = Array.from({ length: 8 }, (_, rank) => 1 / Math.log2(rank + 2) / 8);
  expect(value).toBeCloseTo(
    chance.reduce((sum, gain) => sum + gain, 0),
    12,
  );
  expect(high - low).toBeLessThan(1e-9);
});

it("uses a finished eval again, and goes on with one that was killed", async () => {
  await using at = await makeSuite();
  const killed = await at.run(["eval", "films.yaml"], { RECTUNE_TEST_KILL: "predict:batch" });
  expect(killed.signal).toBe("SIGKILL");
  expect(existsSync(at.path("runs/films/report.json"))).toBe(false);
  const first = "runs/films/predictions/item-knn.jsonl";
  const before = await readFile(at.path(first), "utf8");
  expect(before.trimEnd().split("\n")).toHaveLength(60);
  // As if the kill had come in the middle of a line.
  await truncate(at.path(first), before.length - 25);

  const done = await at.run(["eval", "films.yaml"]);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(done.stderr).toContain("item-knn: 1 answers, 59 were there already");
  const report = await readFile(at.path("runs/films/report.json"), "utf8");

  const again = await at.run(["eval", "films.yaml"]);
  expect(again.stderr).toContain("eval films: reused, nothing has changed");
  expect(again.stdout).toBe(done.stdout);
  expect(await readFile(at.path("runs/films/report.json"), "utf8")).toBe(report);
});

it("notices a report that somebody changed, and a suite that changed", async () => {
  await using at = await makeSuite();
  await at.run(["eval", "films.yaml"]);
  const path = at.path("runs/films/report.json");
  const report = await readFile(path, "utf8");
  await writeFile(path, report.replace('"suite": "films"', '"suite": "filmz"'));
  const mended = await at.run(["eval", "films.yaml"]);
  expect(mended.stderr).not.toContain("reused, nothing has changed");
  expect(await readFile(path, "utf8")).toBe(report);
  const other = await at.run(["eval", "films.yaml", "--set", "limit.ranking=20"]);
  expect(other.stderr).not.toContain("reused, nothing has changed");
  expect(lastLine(other)).toContain("n = 20");
});

it("makes the same report from the predictions alone", async () => {
  await using at = await makeSuite();
  const done = await at.run(["eval", "films.yaml"]);
  const before = await readFile(at.path("runs/films/report.json"), "utf8");
  const page = await readFile(at.path("runs/films/report.html"), "utf8");
  await rm(at.path("runs/films/report.json"));
  await rm(at.path("runs/films/report.html"));
  const again = await at.run(["report", "runs/films"]);
  expect(again, again.stderr).toMatchObject({ code: 0, stdout: done.stdout });
  expect(await readFile(at.path("runs/films/report.json"), "utf8")).toBe(before);
  expect(await readFile(at.path("runs/films/report.html"), "utf8")).toBe(page);
  const nowhere = await at.run(["report", "log"]);
  expect(nowhere).toMatchObject({ code: 3 });
  expect(nowhere.stderr).toContain("error[eval-folder]");
});

it("reports, compares and exports the answers of its state, whatever a later eval that died has added", async () => {
  await using at = await makeSuite();
  await at.run(["eval", "films.yaml"]);
  await at.run(["eval", "films.yaml", "-o", "same"]);
  const report = await readFile(at.path("runs/films/report.json"), "utf8");
  const args = ["eval", "films.yaml", "--set", "systems.0={name: item-knn, params: {k: 2}}"];
  const died = await at.run(args, { RECTUNE_TEST_KILL: "predict:batch" });
  expect(died.signal).toBe("SIGKILL");
  const lines = await readFile(at.path("runs/films/predictions/item-knn.jsonl"), "utf8");
  expect(lines.trimEnd().split("\n")).toHaveLength(120);

  await rm(at.path("runs/films/report.json"));
  expect(await at.run(["report", "runs/films"])).toMatchObject({ code: 0 });
  expect(await readFile(at.path("runs/films/report.json"), "utf8")).toBe(report);
  const compared = await at.run(["compare", "runs/films", "same", "--json"]);
  const { comparisons } = JSON.parse(compared.stdout) as { comparisons: { delta: number }[] };
  expect(new Set(comparisons.map(({ delta }) => delta))).toEqual(new Set([0]));
  const runOf = async (dir: string): Promise<string> => {
    await at.run(["report", dir, "--export", "trec", "-o", `${dir}/trec`]);
    return readFile(at.path(dir, "trec/runs/item-knn.run"), "utf8");
  };
  expect(await runOf("runs/films")).toBe(await runOf("same"));
  const reused = await at.run(["eval", "films.yaml"]);
  expect(reused.stderr).toContain("reused, nothing has changed");
  const { code, stderr } = await at.run(args);
  expect(stderr).toContain("item-knn: 0 answers, 60 were there already");
  expect(code).toBe(0);
});

it("refuses answers that were put in place of those of its state, until the eval is run again", async () => {
  await using at = await makeSuite();
  await at.run(["eval", "films.yaml"]);
  const set = ["--set", "systems.0={name: item-knn, params: {k: 2}}", "--if-exists", "replace"];
  await at.run(["eval", "films.yaml", ...set], { RECTUNE_TEST_KILL: "predict:batch" });
  for (const args of [
    ["report", "runs/films"],
    ["compare", "runs/films", "runs/films"],
    ["report", "runs/films", "--export", "trec"],
  ]) {
    const { code, stderr } = await at.run(args);
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/error\[run-mixed\][\s\S]*item-knn\.jsonl[\s\S]*Run the eval again/);
  }
  const again = await at.run(["eval", "films.yaml"]);
  expect(again.stderr).not.toContain("reused, nothing has changed");
  expect(await at.run(["report", "runs/films"])).toMatchObject({ code: 0 });
});

it("reads folders that record no files as before, and asks nothing again for them", async () => {
  await using at = await makeSuite();
  await at.run(["eval", "films.yaml"]);
  const state = at.path("runs/films/state.json");
  const held = JSON.parse(await readFile(state, "utf8")) as { report: { from?: unknown } };
  expect(Object.keys(held.report.from!)).toContain("predictions/item-knn.jsonl");
  delete held.report.from;
  await writeFile(state, `${JSON.stringify(held, null, 2)}\n`);
  expect(await at.run(["report", "runs/films"])).toMatchObject({ code: 0 });
  const again = await at.run(["eval", "films.yaml"]);
  expect(again.stderr).toContain("reused, nothing has changed");
});

it("compares two evals on the examples that both asked", async () => {
  await using at = await makeSuite();
  await at.run(["eval", "films.yaml"]);
  await at.run(["eval", "films.yaml", "-o", "other", "--set", "limit.ranking=20"]);
  const same = await at.run(["compare", "runs/films", "other"]);
  expect(same, same.stderr).toMatchObject({ code: 0 });
  expect(same.stdout).toMatch(
    /A\/item-knn +B\/item-knn +ndcg@10\/uni8 +0\.000 .* 20 +no difference shown/,
  );
  const pair = await at.run([
    "compare",
    "runs/films",
    "other",
    "--json",
    "--system",
    "item-knn",
    "--against",
    "user-mean",
  ]);
  const { comparisons, onlyB } = JSON.parse(pair.stdout) as {
    comparisons: { system: string; against: string; n: number }[];
    onlyB: number;
  };
  expect(onlyB).toBe(0);
  expect(comparisons[0]).toMatchObject({ system: "A/item-knn", against: "B/user-mean", n: 20 });
  const wrong = await at.run(["compare", "runs/films", "other", "--system", "item-knm"]);
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.stderr).toContain("Did you mean item-knn?");
  await at.run(["eval", "films.yaml", "-o", "seeded", "--set", "dataset.seed=9"]);
  const refused = await at.run(["compare", "runs/films", "seeded"]);
  expect(refused.code).toBe(5);
  expect(refused.stderr).toMatch(
    /differ in their datasets[\s\S]*candidates[\s\S]*--allow-different/,
  );
  const worded = "dataset.tasks=[{type: ranking, wordings: [shelf], candidates: {n: 8}}]";
  const only = ["--set", worded, "--set", "tasks=[ranking]"];
  await at.run(["eval", "films.yaml", "-o", "worded", ...only]);
  const told = await at.run(["compare", "runs/films", "worded", "--allow-different"]);
  expect(told, told.stderr).toMatchObject({ code: 0 });
  expect(told.stdout + told.stderr).toMatch(
    /\d+ of them differ in wording alone: baselines, which read no prompt, are compared on all, models on the other \d+\n/,
  );
});

it("exports a finished eval, and never over what is there", async () => {
  await using at = await makeSuite();
  await at.run(["eval", "films.yaml"]);
  const files = await at.run(["report", "runs/films", "--export", "trec"]);
  expect(files, files.stderr).toMatchObject({ code: 0 });
  expect(files.stdout).toContain("runs/films/export/trec/runs/item-knn.run");
  expect((await at.run(["report", "runs/films", "--export", "trec"])).code).toBe(2);
  const wrong = await at.run(["report", "runs/films", "--export", "csw", "-o", "x"]);
  expect(wrong.stderr).toContain("Did you mean csv?");
});

it("a gate that is not met is exit code 6, and the report is there", async () => {
  const gate = "gate: { metric: ndcg@10/uni8, system: item-knn, against: random, minLow: 0.9 }\n";
  await using at = await makeSuite(30, suite + gate);
  const done = await at.run(["eval", "films.yaml", "--json"]);
  expect(done.code).toBe(6);
  const { report, reused } = JSON.parse(done.stdout) as { report: Report; reused: boolean };
  expect(reused).toBe(false);
  expect(report).toEqual(await reportOf(at));
  const met = await at.run(["eval", "films.yaml", "--set", "gate.minLow=-0.9"]);
  expect(met.code).toBe(0);
});

it("refuses before anything is asked what would fail after", async () => {
  await using at = await makeSuite();
  const refusals = {
    "candidates.n=20": "eval-candidates",
    "primary.0.metric=ndcg@10/uni20": "eval-metric",
    "primary.0.metric=rmse": "eval-metric",
    "systems=[{name: tuned, model: job}]": "yaml-value",
    "systems=[{name: item-knn}, {name: m, model: 'micro:none'}]": "model-missing",
    "systems=[{name: item-knn}, {name: m, model: 'mikro:x'}]": "model-unknown",
    "systems=[{name: item-knn}, {name: m, model: 'job:abc'}]": "job-unknown",
  };
  for (const [override, code] of Object.entries(refusals)) {
    const done = await at.run(["eval", "films.yaml", "--set", override]);
    expect(done.code, done.stderr).toBe(2);
    expect(done.stderr).toContain(`error[${code}]`);
    expect(done.stderr).not.toContain("    at ");
  }
  expect(existsSync(at.path("runs/films/predictions"))).toBe(false);
  const none = ["--set", "tasks=[preference]", "--set", "primary=[]"];
  const lacking = await at.run(["eval", "films.yaml", ...none]);
  expect([lacking.code, existsSync(at.path("runs/films/predictions"))]).toEqual([2, false]);
  expect(lacking.stderr).toContain("error[eval-tasks]");
  expect(lacking.stderr).toContain("the dataset has no test examples of preference");
  expect(lacking.stderr).toMatch(/It has .*ranking/);
});

it("every candidate gets a score, and ratings a value", async () => {
  await using at = await makeSuite();
  await at.run(["eval", "films.yaml"]);
  const read = async (name: string): Promise<Prediction[]> => {
    const text = await readFile(at.path(`runs/films/predictions/${name}.jsonl`), "utf8");
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Prediction);
  };
  const knn = await read("item-knn");
  expect(knn.every(({ choices }) => Object.keys(choices!).length === 8)).toBe(true);
  const rated = (await read("item-mean")).filter(({ value }) => value !== null);
  expect(rated).toHaveLength(60);
});
