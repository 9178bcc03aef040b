// Ablations against a server on loopback that keeps what it was asked; and the proof that a question made again without a
// change is the dataset's own, byte for byte.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtinTemplates } from "../../src/dataset/recipe-texts.ts";
import { readManifest, type DatasetManifest } from "../../src/dataset/manifest.ts";
import { readExamples } from "../../src/dataset/read-examples.ts";
import { makeRerender, type RerenderData } from "../../src/dataset/rerender.ts";
import { tasks } from "../../src/dataset/task/index.ts";
import type { Example } from "../../src/dataset/task/types.ts";
import { loadPacks } from "../../src/dataset/template/load-packs.ts";
import type { Prediction, Report } from "../../src/eval/score/types.ts";
import { loadCatalog } from "../../src/log/catalog/load-catalog.ts";
import { loadInteractions } from "../../src/log/split/load-interactions.ts";
import { startChatServer, type ChatRequest, type ChatServer } from "../emulator/chat-server.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

const langs = ["en", "ko"] as const;
const settings = ["tasks.4={type: preference}", "heldOut=also"];

let at: Workspace;
let manifest: DatasetManifest;
let data: RerenderData;
const examples: Example[] = [];

beforeAll(async () => {
  at = await makeWorkspace(20);
  const set = [...settings, "history.show=title+rating+age"].flatMap((text) => ["--set", text]);
  const built = await at.run(["build", "recipe.yaml", "-o", "data", ...set]);
  expect(built, built.stderr).toMatchObject({ code: 0 });
  const dir = at.path("data");
  manifest = await readManifest(dir);
  data = {
    manifest,
    interactions: await loadInteractions(dir),
    catalog: await loadCatalog(dir),
    wordings: await loadPacks({
      builtinDir: builtinTemplates,
      userDir: null,
      tasks: Object.values(tasks),
      langs,
    }),
  };
  for await (const { example } of readExamples(dir)) examples.push(example);
});
afterAll(() => at[Symbol.asyncDispose]());

describe("a question made again", () => {
  it("is the dataset's own where nothing is changed, in every task, language and wording", () => {
    const rerender = makeRerender(data);
    expect(new Set(examples.map(({ task }) => task)).size).toBe(5);
    expect(new Set(examples.map(({ wording }) => wording.split("/")[1])).size).toBe(2);
    expect(examples.some(({ id }) => id.endsWith("held-out"))).toBe(true);
    for (const example of examples) expect(rerender(example, {})).toEqual(example);
  });

  it.each<[string, Partial<Example>]>([
    ["prompt", { prompt: [{ role: "user", content: "Which?" }] }],
    ["history", { history: [] }],
    ["row", { row: 1e9 }],
    ["wording", { wording: "ranking/en/none@1" }],
  ])("is refused where the dataset's %s is another", (_name, other) => {
    expect(() => makeRerender(data)({ ...examples[0]!, ...other }, {})).toThrow(
      /cannot be made again as it is/,
    );
  });

  it("keeps ratings and ages with their titles when the history is in another order", () => {
    const rerender = makeRerender(data);
    const ranked = examples.filter(
      ({ task, wording }) => task === "ranking" && wording.includes("/en/"),
    );
    for (const example of ranked) {
      const historyOrder = example.history.map((_, i) => i).reverse();
      const again = rerender(example, { historyOrder });
      const linesOf = ({ prompt }: Example) =>
        prompt
          .map(({ content }) => content)
          .join("\n")
          .split(/\n|; |, /)
          .sort();
      if (example.wording.includes("shelf")) expect(linesOf(again)).toEqual(linesOf(example));
      expect(again.candidates).toEqual(example.candidates);
      expect(
        rerender({ ...again, prompt: example.prompt, completion: example.completion }, {}).prompt,
      ).toEqual(example.prompt);
    }
  });
});

const suiteOf = (url: string, ablation: string): string => `version: 1
dataset: recipe.yaml
systems:
  - { name: whole, model: "openai:tiny", baseUrl: ${url} }
  - { name: less, model: "openai:tiny", baseUrl: ${url}, ablation: ${ablation} }
tasks: [ranking, rating, explanation]
candidates: { n: 8 }
primary:
  - { metric: ndcg@10/uni8, system: whole, against: less }
`;

const textOf = ({ body }: ChatRequest): string =>
  body.messages.map(({ content }) => content).join("\n");

/** Answers with the last title that stands in the question, whatever titles are called there. */
function lastTitle(request: ChatRequest): { text: string } {
  const found = textOf(request).match(/(?:Film|영화) \d+(?: \(\d{4}\))?/g) ?? [];
  return { text: found.at(-1) ?? "nothing" };
}

async function evalWith(
  ablation: string,
): Promise<{ asked: string[]; lines: Prediction[]; report: Report }> {
  const asked: string[] = [];
  const reply = (request: ChatRequest) => {
    asked.push(textOf(request));
    return lastTitle(request);
  };
  await using server: ChatServer = await startChatServer({ reply });
  await at.write("less.yaml", suiteOf(server.url, ablation));
  const done = await at.run(["eval", "less.yaml", "-o", `runs/${ablation}`]);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  const read = (name: string): Promise<string> =>
    readFile(at.path(`runs/${ablation}`, name), "utf8");
  const lines = (await read("predictions/less.jsonl")).trimEnd().split("\n");
  return {
    asked,
    lines: lines.map((line) => JSON.parse(line) as Prediction),
    report: JSON.parse(await read("report.json")) as Report,
  };
}

describe("rectune eval", () => {
  it("puts numbers for titles, and reads the answers by them", async () => {
    const { asked, lines, report } = await evalWith("anonymised-titles");
    const numbered = asked.filter((text) => !/\((?:19|20)\d\d\)/.test(text));
    expect(numbered.length).toBe(lines.length);
    for (const text of numbered) expect(text).not.toContain("script");
    const ranked = lines.filter(({ example }) => example.startsWith("ranking/"));
    expect(ranked.every(({ outcome, items }) => outcome === "ok" && items.length > 0)).toBe(true);
    expect(lines.filter(({ example }) => example.startsWith("explanation/"))).toEqual([]);
    const less = report.systems.find(({ name }) => name === "less")!;
    expect(less.about).toMatch(/numbers for titles \(explanations not asked\)$/);
    expect(report.comparisons.some(({ against }) => against === "less")).toBe(true);
  });

  it("asks in wordings that train never saw, and reads their answers", async () => {
    const { asked, lines } = await evalWith("held-out-wording");
    const [whole, less] = [asked.slice(0, asked.length / 2), asked.slice(asked.length / 2)];
    expect(less.filter((text) => whole.includes(text))).toEqual([]);
    expect(lines.filter(({ outcome }) => outcome === "ok").length).toBeGreaterThan(0);
  });

  it("asks again what a change of a held-out wording has changed, and nothing else", async () => {
    const pack = await readFile(join(builtinTemplates, "rating/en.yaml"), "utf8");
    const [before, after] = ["How many points does", "How many stars does"];
    expect(pack.split(before)).toHaveLength(2);
    await at.write("texts/rating/en.yaml", pack);
    let asked: string[] = [];
    const reply = (request: ChatRequest) => {
      asked.push(textOf(request));
      return { text: "3" };
    };
    await using server = await startChatServer({ reply });
    await at.write("words.yaml", suiteOf(server.url, "held-out-wording").split("primary")[0]!);
    const sets = ["dataset.templates=texts", "dataset.lang=[en]", "tasks=[rating]"].flatMap((s) => [
      "--set",
      s,
    ]);
    const run = async (): Promise<string> => {
      asked = [];
      const done = await at.run(["eval", "words.yaml", ...sets]);
      expect(done, done.stderr).toMatchObject({ code: 0 });
      return done.stderr;
    };
    await run();
    const changed = asked.filter((text) => text.includes(before));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(asked.length / 2);
    expect(await run()).toContain("reused, nothing has changed");
    await at.write("texts/rating/en.yaml", pack.replace(before, after));
    await run();
    expect(asked.sort()).toEqual(changed.map((text) => text.replace(before, after)).sort());
  });

  it("asks the same with the history out of order, and never shares an answer with the whole question", async () => {
    const { asked, lines } = await evalWith("shuffled-history");
    const [whole, less] = [asked.slice(0, asked.length / 2), asked.slice(asked.length / 2)];
    const titlesOf = (texts: readonly string[]): string[] =>
      texts.map((text) => (text.match(/Film \d+/g) ?? []).sort().join()).sort();
    expect(titlesOf(less)).toEqual(titlesOf(whole));
    expect(less.filter((text) => whole.includes(text)).length).toBeLessThan(less.length / 10);
    const before = await readFile(at.path("runs/shuffled-history/predictions/whole.jsonl"), "utf8");
    for (const { request } of lines) expect(before.includes(request)).toBe(false);
  });

  it.each([
    [
      "{ name: popularity, ablation: shuffled-history }",
      "reads no prompt; only models have ablations",
    ],
    [
      "{ name: x, model: 'openai:x', shots: {}, ablation: shuffled-history }",
      "give the system one of the two",
    ],
    ["{ name: x, model: 'openai:x', ablation: shuffled }", "systems.0.ablation"],
  ])("refuses %s", async (system, message) => {
    await at.write("bad.yaml", `version: 1\ndataset: recipe.yaml\nsystems: [${system}]\n`);
    const done = await at.run(["eval", "bad.yaml"]);
    expect(done.code).toBe(2);
    expect(done.stderr).toContain(message);
  });
});
