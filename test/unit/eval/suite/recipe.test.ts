import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { requestSettings } from "../../../../src/eval/model/settings.ts";
import {
  hostedSettingsOf,
  loadSuite,
  suiteSchema,
  trivialOf,
  type Suite,
} from "../../../../src/eval/suite/recipe.ts";
import { errorOf, withFiles } from "../../log/open-texts.ts";

const plain = `version: 1
dataset: ../datasets/sample.yaml
systems:
  - {name: item-knn}
`;

const load = (source: string, overrides: string[] = []): Promise<Suite> =>
  withFiles({ "films.yaml": source }, (dir) => loadSuite(join(dir, "films.yaml"), overrides, "/w"));

const refusalOf = (lines: string, overrides: string[] = []): Promise<Error & { code?: string }> =>
  errorOf(load(`${plain}${lines}`, overrides));

describe("loadSuite", () => {
  test("fills in defaults and is called as its file", async () => {
    const suite = await load(plain);
    expect(suite.name).toBe("films");
    expect(suite.value).toEqual({
      version: 1,
      dataset: "../datasets/sample.yaml",
      job: null,
      systems: [{ name: "item-knn" }],
      tasks: ["rating", "ranking", "explanation"],
      candidates: { from: "uniform", n: 20 },
      permutations: 1,
      fullRanking: { mask: "seen", keep: 100 },
      tune: null,
      folds: null,
      primary: [],
      slices: ["history-length", "item-popularity"],
      gate: null,
      limit: { rating: null, ranking: null, "next-item": null, preference: null, explanation: 100 },
      seed: 1,
    });
    expect(suite.datasetPath).toMatch(/\/datasets\/sample\.yaml$/);
    expect(suite.jobPath).toBeNull();
  });

  test("the sample suite loads", async () => {
    const suite = await loadSuite(join(import.meta.dirname, "../../../../eval/sample.yaml"));
    expect(suite.value.systems.map(({ name }) => name)).toEqual([
      "base",
      "tuned",
      "popularity",
      "item-knn",
      "random",
    ]);
  });

  test("refuses orders of candidates that nobody would be asked in", async () => {
    const none = await refusalOf("permutations: 4\n");
    expect(none.message).toContain("no system is a model, and baselines read no order");
    const model = "systems=[{name: m, model: 'micro:x'}]";
    const untold = await refusalOf("permutations: 4\n", [model, "tasks=[rating]"]);
    expect(untold.message).toContain("only rankings have candidates");
    expect((await refusalOf("permutations: 0\n", [model])).message).toContain("permutations");
    const { value } = await load(`${plain}permutations: 4\n`, [model]);
    expect(value.permutations).toBe(4);
  });

  test("refuses a metric of whole rankings for a model, which writes titles", async () => {
    const primary = "primary: [{metric: list-auc/full, system: m, against: random}]\n";
    const model = "systems=[{name: m, model: 'micro:x'}]";
    const { message } = await refusalOf(primary, [model, "tasks=[next-item]"]);
    expect(message).toContain(
      "list-auc/full needs a ranking of the whole catalog, and m writes titles",
    );
    const rule = "systems=[{name: m, baseline: popularity}]";
    const { value } = await load(`${plain}${primary}`, [rule, "tasks=[next-item]"]);
    expect(value.primary[0]!.metric).toBe("list-auc/full");
  });

  test("sends each override to the recipe that it belongs to", async () => {
    const suite = await load(plain, [
      "seed=7",
      "dataset.lang=[ko]",
      "history.window=5",
      "tasks.0.type=rating",
      "log.path=./x",
      "job.hyperparameters.epochs=1",
      "candidates.n=10",
      "tasks=[ranking]",
    ]);
    expect(suite.value).toMatchObject({ seed: 7, candidates: { n: 10 }, tasks: ["ranking"] });
    expect(suite.datasetOverrides).toEqual([
      "lang=[ko]",
      "history.window=5",
      "tasks.0.type=rating",
      "log.path=./x",
    ]);
    expect(suite.jobOverrides).toEqual(["hyperparameters.epochs=1"]);
  });

  test("a dataset given by flag is relative to the working folder", async () => {
    expect((await load(plain, ["dataset=d.yaml"])).datasetPath).toBe("/w/d.yaml");
  });

  test.each([
    [
      "unknown keys",
      "sytems: []",
      /films\.yaml:5:1: unknown key "sytems"\n {2}Did you mean "systems"\?/,
    ],
    [
      "metrics that do not exist",
      "primary: [{metric: ndgc@10/uni20, system: item-knn, against: random}]",
      /films\.yaml:5:20: .*Did you mean ndcg\?/,
    ],
    [
      "systems that nothing bears",
      "primary: [{metric: mae, system: item-knn, against: popularty}]",
      /films\.yaml:5:\d+: .*did you mean "popularity"\?/,
    ],
    [
      "a comparison with itself",
      "primary: [{metric: mae, system: random, against: random}]",
      /compared with itself/,
    ],
    [
      "a gate that is no primary comparison",
      "gate: {metric: mae, system: item-knn, against: random}",
      /films\.yaml:5:7: gate: the gate must be one of the primary comparisons/,
    ],
    ["unknown slices", "slices: [age]", /films\.yaml:5:/],
    ["a limit of no users", "limit: {ranking: 0}", /films\.yaml:5:/],
  ])("refuses %s", async (_, lines, message) => {
    const error = await refusalOf(`${lines}\n`);
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ exitCode: 2 });
  });

  test.each([
    [
      "a misspelt baseline",
      "{name: item-knm}",
      /"item-knm" has no model and is no baseline; did you mean "item-knn"\?/,
    ],
    [
      "a model in a baseline's name",
      "{name: popularity, model: 'micro:x'}",
      /is the name of a baseline/,
    ],
    ["the suite's own job where it has none", "{name: tuned, model: job}", /names none/],
    [
      "more shots than a prompt should hold",
      "{name: few, model: 'micro:x', shots: {k: 33}}",
      /systems\.\d+\.shots\.k/,
    ],
    ["shots of a baseline", "{name: ease, shots: {k: 3}}", /only models take shots/],
    ["names that are paths", "{name: ../x, model: 'micro:x'}", /letters, digits/],
    ["two systems of one name", "{name: item-knn}", /stands twice/],
  ])("refuses %s among the systems", async (_, system, message) => {
    const error = await refusalOf(`  - ${system}\n`);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/films\.yaml:5:/);
  });
});

describe("a system on a server", () => {
  const systemOf = (system: string): Promise<Suite> => load(`${plain}  - ${system}\n`);

  test("says where it is, what it costs and how it is asked", async () => {
    const suite = await systemOf(
      "{name: m, model: 'openai:m', baseUrl: 'http://127.0.0.1:8000/v1', keyEnv: MY_KEY, price: {inPerMTok: 0.1, outPerMTok: 0.4}, request: {concurrency: 4}}",
    );
    const settings = hostedSettingsOf(suite.value.systems[1]!);
    expect(settings).toMatchObject({ keyEnv: "MY_KEY", price: { outPerMTok: 0.4 } });
    expect(requestSettings(settings)).toEqual({
      api: "chat",
      stream: false,
      maxTokens: 64,
      concurrency: 4,
      timeoutSeconds: 60,
      retries: 4,
      sameErrors: 8,
      answer: "auto",
    });
    expect(requestSettings({}).concurrency).toBe(16);
  });

  test.each([
    [
      "a server for a baseline",
      "{name: popularity, baseUrl: 'http://x.test'}",
      /only models on a server/,
    ],
    [
      "a price for the embedded model",
      "{name: m, model: 'micro:x', price: {inPerMTok: 1, outPerMTok: 1}}",
      /only models on a server/,
    ],
    [
      "a URL of another kind",
      "{name: m, model: 'openai:m', baseUrl: 'file:///etc'}",
      /not an http/,
    ],
    [
      "a key in the URL",
      "{name: m, model: 'openai:m', baseUrl: 'https://sk-1@x.test'}",
      /use keyEnv$/m,
    ],
    [
      "a key in place of its variable",
      "{name: m, model: 'openai:m', keyEnv: sk-1}",
      /never the key itself/,
    ],
    [
      "a price below nothing",
      "{name: m, model: 'openai:m', price: {inPerMTok: -1, outPerMTok: 1}}",
      /:5:/,
    ],
    [
      "a misspelt key",
      "{name: m, model: 'openai:m', baseURL: 'http://x.test'}",
      /Did you mean "baseUrl"/,
    ],
  ])("refuses %s", async (_, system, message) => {
    const error = await errorOf(systemOf(system));
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("sk-1");
  });
});

test("the trivial baselines that always answer may be compared with", async () => {
  const suite = suiteSchema.parse({
    version: 1,
    dataset: "d.yaml",
    systems: [{ name: "item-knn" }],
    primary: [{ metric: "mae", system: "item-mean", against: "user-mean" }],
  });
  expect(suite.primary[0]!.margin).toBeNull();
  expect(trivialOf(["ranking"])).toEqual(["random", "popularity"]);
  expect(trivialOf(["explanation"])).toEqual([]);
});
