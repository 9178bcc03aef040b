// Suites with models: scripted ones in place of a job, so that what the report says can be known beforehand.

import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { plainContext, type Context } from "../../src/base/logger.ts";
import type { Message } from "../../src/dataset/task/types.ts";
import { compareRuns } from "../../src/eval/compare-runs.ts";
import { evaluate, type EvaluateResult } from "../../src/eval/evaluate.ts";
import type { Model, ModelSource } from "../../src/eval/model/types.ts";
import { loadSuite } from "../../src/eval/suite/recipe.ts";
import type { Prediction } from "../../src/eval/score/types.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

const suite = `version: 1
dataset: recipe.yaml
job: job.yaml
systems:
  - { name: base, model: "job:base" }
  - { name: tuned, model: job }
  - { name: popularity }
candidates: { n: 8 }
tasks: [rating, ranking, next-item, explanation]
primary:
  - { metric: ndcg@10/uni8, system: tuned, against: base }
  - { metric: names-true-reason, system: tuned, against: base }
limit: { explanation: 15 }
`;

type Scripted = {
  identity: string;
  /** Log-probability of a choice. */
  score: (choice: string, messages: Message[]) => number;
  text: string;
};

function scripted({ identity, score, text }: Scripted): ModelSource & { asked: string[] } {
  const asked: string[] = [];
  const cost = { tokensIn: 10, tokensOut: 3, costUsd: 0 };
  const complete: Model["complete"] = async (prompts) => {
    asked.push(...prompts.map(() => "write"));
    return prompts.map(() => ({ ...cost, text, finish: "stop" }));
  };
  const choose: Model["choose"] = async (prompts) => {
    asked.push(...prompts.map(() => "choose"));
    return prompts.map(({ messages, choices }) => {
      const logprobs = Float64Array.from(choices, (choice) => score(choice, messages));
      return { ...cost, logprobs };
    });
  };
  const model = { name: identity, caps: { batch: 16 }, complete, choose, close: async () => {} };
  return { name: `fake:${identity}`, identity, about: "scripted", asked, open: async () => model };
}

const constant = (): ReturnType<typeof scripted> =>
  scripted({ identity: "base", score: () => -2, text: "Because." });
// Knows nothing of the user, but picks by a fixed preference among titles; and names a genre of every film.
const opinionated = (identity = "tuned"): ReturnType<typeof scripted> =>
  scripted({
    identity,
    score: (choice) => -(choice.length + choice.charCodeAt(Math.max(0, choice.length - 2)) / 100),
    text: "It is Drama and Comedy and Crime and Sci-Fi.",
  });

// Wordings whose answer is a title are chosen among, those with a reason are written: here all are chosen.
const chosenRankings = `dataset.tasks=[{type: rating, wordings: [lines, table, sentence]}, {type: next-item}, {type: ranking, wordings: [shelf, sentence, slash], candidates: {from: uniform, n: 8}}, {type: explanation}]`;

async function run(
  at: Workspace,
  sources: Record<string, ModelSource>,
  context: Partial<Context> = {},
): Promise<EvaluateResult> {
  await at.write("films.yaml", suite);
  const stateDir = at.path("state");
  const now = (): number => 1000;
  const around = plainContext({ cwd: at.dir, stateDir, now, ...context });
  const loaded = await loadSuite(at.path("films.yaml"), [chosenRankings], at.dir);
  return evaluate(loaded, around, { sources });
}

it("asks models in the dataset's own prompts and tells base from tuned", async () => {
  await using at = await makeWorkspace(30);
  const sources = { "job:base": constant(), job: opinionated() };
  const { report, dir } = await run(at, sources);
  expect(report.systems.map(({ name, kind }) => [name, kind])).toEqual([
    ["base", "base"],
    ["tuned", "tuned"],
    ["popularity", "trivial"],
    ["random", "trivial"],
    ["user-mean", "trivial"],
    ["item-mean", "trivial"],
  ]);
  const [base, tuned] = report.systems;
  const chance = Array.from({ length: 8 }, (_, rank) => 1 / Math.log2(rank + 2) / 8);
  const expected = chance.reduce((sum, gain) => sum + gain, 0);
  expect(base!.metrics["ndcg@10/uni8"]!.value).toBeCloseTo(expected, 12);
  expect(tuned!.metrics["names-true-reason"]!.value).toBe(1);
  expect(base!.metrics["names-true-reason"]!.value).toBe(0);
  expect(tuned!.metrics["names-true-reason"]!.n).toBe(15);
  // The open question was answered with no title of the catalog.
  expect(base!.metrics["ndcg@10/full"]!.value).toBe(0);
  expect(report.failures["base"]!.malformed).toBeGreaterThan(0);
  expect(report.sentence).toContain("tuned");
  expect(report.comparisons.filter(({ primary }) => primary)).toHaveLength(2);
  expect(report.protocol["models"]).toBe("base: fake:base (base); tuned: fake:tuned (tuned)");
  const text = await readFile(`${dir}/predictions/tuned.jsonl`, "utf8");
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Prediction);
  const rated = lines.find(({ example }) => example.startsWith("rating/"))!;
  expect(Object.keys(rated.choices!)).toEqual(["1", "2", "3", "4", "5"]);
  expect([1, 2, 3, 4, 5]).toContain(rated.value);
});

it("asks again only the model that changed", async () => {
  await using at = await makeWorkspace(30);
  const first = { "job:base": constant(), job: opinionated() };
  await run(at, first);
  const same = { "job:base": constant(), job: opinionated() };
  expect((await run(at, same)).reused).toBe(true);
  const changed = { "job:base": constant(), job: opinionated("tuned-2") };
  expect((await run(at, changed)).reused).toBe(false);
  expect(changed["job:base"].asked).toEqual([]);
  expect(changed.job.asked).toEqual(first.job.asked);
});

it("reads what was written by the catalog as it is now, and asks nobody again", async () => {
  await using at = await makeWorkspace(30);
  // A film that one user alone has seen, long before what prompts show.
  await at.write(
    "log/films.csv",
    `${await readFile(at.path("log/films.csv"), "utf8")}f99,Rare,1999,Drama\n`,
  );
  await at.write(
    "log/ratings.csv",
    `${await readFile(at.path("log/ratings.csv"), "utf8")}u000,f99,5,900\n`,
  );
  await at.write(
    "open.yaml",
    `version: 1
dataset: recipe.yaml
systems: [{ name: open, model: "micro:open" }]
tasks: [next-item]
`,
  );
  const evalWith = async (minItem: number, out: string) => {
    const source = scripted({ identity: "open", score: () => 0, text: "Rare (1999)" });
    const sets = [
      "dataset.tasks=[{type: next-item, wordings: [lines]}]",
      `filter.minItem=${minItem}`,
    ];
    const loaded = await loadSuite(at.path("open.yaml"), sets, at.dir);
    const context = plainContext({ cwd: at.dir, stateDir: at.path("state"), now: () => 1000 });
    const { report } = await evaluate(loaded, context, { sources: { "micro:open": source }, out });
    return { asked: source.asked.length, malformed: report.failures["open"]!.malformed };
  };
  const [questions, ofOneUser] = [60, 2];
  expect(await evalWith(2, "out/a")).toEqual({ asked: questions, malformed: 1 });
  const all = await evalWith(1, "out/a");
  expect(all.malformed).toBe(0);
  expect(all.asked).toBeLessThanOrEqual(ofOneUser);
  const fewer = await evalWith(2, "out/a");
  expect(fewer.malformed).toBe(1);
  expect(fewer.asked).toBeLessThanOrEqual(ofOneUser);
});

it("folds are each told of by their own train, and a limit is one of users in all of them", async () => {
  await using at = await makeWorkspace(80);
  // A film of each user's own is new to train in the one fold that asks for it, and in no other.
  const own = Array.from(
    { length: 80 },
    (_, u) => `u${String(u).padStart(3, "0")},own${u},3,1450\n`,
  );
  const ratings = await readFile(at.path("log/ratings.csv"), "utf8");
  await at.write("log/ratings.csv", ratings + own.join(""));
  await at.write(
    "folds.yaml",
    `version: 1
dataset: recipe.yaml
systems: [{ name: user-mean }]
tasks: [rating]
folds: all
primary: [{ metric: mae, system: item-mean, against: user-mean }]
slices: [item-popularity, warmth]
`,
  );
  const evalWith = async (sets: string[], out: string): Promise<EvaluateResult> => {
    const split = ["split.by=random", "split.folds=3", "dataset.tasks=[{type: rating}]"];
    const loaded = await loadSuite(at.path("folds.yaml"), [...split, ...sets], at.dir);
    const context = plainContext({ cwd: at.dir, stateDir: at.path("state"), now: () => 1000 });
    return evaluate(loaded, context, { out });
  };
  const { report } = await evalWith([], "out/folds");
  const slice = (name: string, value: string) =>
    report.slices.find((one) => one.slice === name && one.value === value)?.comparison;
  const cold = slice("item-popularity", "0");
  expect(cold!.n).toBe(80);
  expect(cold).toEqual(slice("warmth", "cold-item"));
  const limited = await evalWith(["limit.rating=10"], "out/limited");
  expect(limited.report.protocol["users"]).toBe(10);
});

it("an answer that failed is asked again, even where nothing else has changed", async () => {
  await using at = await makeWorkspace(30);
  const broken = scripted({ identity: "tuned", score: () => Number.NaN, text: "" });
  await run(at, { "job:base": constant(), job: broken });
  const mended = { "job:base": constant(), job: opinionated() };
  expect((await run(at, mended)).reused).toBe(false);
  expect(new Set(mended.job.asked)).toEqual(new Set(["choose"]));
  expect((await run(at, { "job:base": constant(), job: opinionated() })).reused).toBe(true);
});

it("the same answers give the same bytes", async () => {
  await using at = await makeWorkspace(30);
  await using other = await makeWorkspace(30);
  const sources = { "job:base": constant(), job: opinionated() };
  const a = await run(at, sources);
  const b = await run(other, sources);
  for (const name of ["report.json", "report.html", "predictions/tuned.jsonl", "state.json"]) {
    expect(await readFile(`${a.dir}/${name}`, "utf8"), name).toBe(
      await readFile(`${b.dir}/${name}`, "utf8"),
    );
  }
  expect(await readFile(`${a.dir}/state.json`, "utf8")).not.toContain(at.dir);
});

it("compares models only on questions of the same words, baselines on all", async () => {
  await using at = await makeWorkspace(30);
  await at.write("films.yaml", suite);
  const around = plainContext({ cwd: at.dir, stateDir: at.path("state"), now: () => 1000 });
  const ask = async (out: string, wordings: string): Promise<string> => {
    const task = `{type: ranking, wordings: [${wordings}], candidates: {from: uniform, n: 8}}`;
    const only = ["tasks=[ranking]", "primary=[]", `dataset.tasks=[${task}]`, "dataset.lang=[en]"];
    const loaded = await loadSuite(at.path("films.yaml"), only, at.dir);
    const sources = { "job:base": constant(), job: opinionated() };
    return (await evaluate(loaded, around, { sources, out })).dir;
  };
  const [shelf, slash, mixed] = [
    await ask("shelf", "shelf"),
    await ask("slash", "slash"),
    await ask("mixed", "shelf, slash"),
  ];
  await expect(compareRuns(shelf, slash)).rejects.toThrow(
    /differ in their datasets .* and the wording alone of 30 of 30 common examples/,
  );
  const options = { allowDifferent: true, B: 100 };
  const apart = await compareRuns(shelf, slash, options);
  expect(apart).toMatchObject({ shared: 30, onlyA: 0, reworded: 30 });
  expect(apart.unlike).toEqual(["A/base and B/base", "A/tuned and B/tuned"]);
  const compared = apart.comparisons.map(({ system, n }) => `${system} ${n}`);
  expect(new Set(compared)).toEqual(new Set(["A/popularity 30", "A/random 30"]));
  await expect(compareRuns(shelf, slash, { ...options, system: "tuned" })).rejects.toThrow(
    "no question was put in the same words to A/tuned and B/tuned",
  );
  const partly = await compareRuns(shelf, mixed, options);
  const alike = 30 - partly.reworded;
  expect(alike).toBeGreaterThan(0);
  expect(alike).toBeLessThan(30);
  const sizes = new Map(partly.comparisons.map(({ system, n }) => [system, n]));
  expect(sizes.get("A/tuned")).toBe(alike);
  expect(sizes.get("A/popularity")).toBe(30);
  expect(partly.unlike).toEqual([]);
});
