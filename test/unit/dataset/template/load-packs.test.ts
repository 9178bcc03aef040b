import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../src/base/errors.ts";
import { nextItem } from "../../../../src/dataset/task/next-item.ts";
import { loadPacks } from "../../../../src/dataset/template/load-packs.ts";
import { renderAnswer, renderPrompt } from "../../../../src/dataset/template/render.ts";
import { goodBlocks, makeFolder, packText } from "./packs.ts";

const builtinDir = join(import.meta.dirname, "../../../../templates");

async function load(text: string, file = "next-item/en.yaml") {
  await using folder = await makeFolder({ [file]: text });
  return await loadPacks({ builtinDir, userDir: folder.path, langs: ["en"], tasks: [nextItem] });
}

describe("loadPacks", () => {
  it("lays a user's wordings over the built-in ones by name", async () => {
    const replaced = await load(packText(goodBlocks, "lines"));
    const built = await loadPacks({ builtinDir, userDir: null, langs: ["en"], tasks: [nextItem] });
    expect(replaced.map((wording) => wording.name)).toEqual(built.map((wording) => wording.name));
    expect(replaced[0]!.id).toBe("next-item/en/lines@3");
    expect(replaced[1]).toEqual(built[1]);
    const added = await load(packText(goodBlocks));
    expect(added.map((wording) => wording.name)).toEqual([...built.map((w) => w.name), "mine"]);
  });

  it("takes a pack in place of the built-in one where it says so", async () => {
    const alone = await load(packText(goodBlocks).replace("wordings:", "replace: true\nwordings:"));
    expect(alone.map((wording) => wording.name)).toEqual(["mine"]);
  });

  it("gives wordings that survive structured cloning and render the same", async () => {
    const [wording] = await load(packText(goodBlocks, "lines"));
    const copy = structuredClone(wording!);
    const vars = {
      history: [{ line: "A" }, { line: "B" }],
      words: { item: "film" },
      target: { title: "C" },
    };
    expect(renderPrompt(copy, vars)).toEqual([{ role: "user", content: "A;B;\n\nNext film:" }]);
    expect(renderAnswer(copy, vars)).toBe("C");
  });

  it.each([
    [
      "an unknown key",
      goodBlocks.replace("context:", "contxt:"),
      /en\.yaml:6:5: unknown key "contxt"\n {2}Did you mean "context"/,
    ],
    ["a key twice", `${goodBlocks}\ntask: again`, /en\.yaml:9:5: /],
    [
      "a wrong type",
      goodBlocks.replace(/answer: .*/, "answer: [1]"),
      /en\.yaml:8:13: wordings\.0\.answer: .*string/,
    ],
    ["no answer", goodBlocks.replace(/answer: .*/, ""), /en\.yaml:5:5: wordings\.0\.answer/],
    ["an empty task block", goodBlocks.replace(/task: .*/, "task: ''"), /empty task block/],
    [
      "a misspelt variable",
      goodBlocks.replace("in history", "in histroy"),
      /en\.yaml:6:\d+: unknown variable "histroy"\n {2}Did you mean "history"/,
    ],
    [
      "a misspelt field",
      goodBlocks.replace("h.line", "h.lien"),
      /unknown field "\.lien"\n {2}Did you mean "\.line"/,
    ],
    [
      "a misspelt word of the domain",
      goodBlocks.replace("words.item", "words.itme"),
      /\.itme"\n {2}Did you mean "\.item"/,
    ],
    [
      "the answer in a prompt block",
      goodBlocks.replace("Next", "Next {{ target.title }}"),
      /prompt must not show it/,
    ],
    [
      "a history that is never shown",
      goodBlocks.replace(/context: .*/, 'context: "{{ history | length }}"'),
      /never shows the history/,
    ],
    [
      "an answer that says nothing",
      goodBlocks.replace(/answer: .*/, 'answer: "yes"'),
      /never says what was asked/,
    ],
    [
      "Jinja that does not parse",
      goodBlocks.replace("{% endfor %}", ""),
      /en\.yaml:6:14: this block is not valid Jinja/,
    ],
    [
      "Jinja that wordings may not use",
      goodBlocks.replace("h.line", "h.line | safe"),
      /en\.yaml:6:\d+: wordings know no filter "safe"/,
    ],
  ])("refuses %s at its place", async (_, blocks, says) => {
    await expect(load(packText(blocks))).rejects.toThrow(UsageError);
    await expect(load(packText(blocks))).rejects.toThrow(says);
  });

  it("points into multi-line blocks", async () => {
    const blocks = `context: |-
  Watched:
  {% for h in history %}{{ h.line }}
  {% endfor %}{{ tittle }}
task: "Next:"
answer: "{{ target.title }}"`;
    await expect(load(packText(blocks))).rejects.toThrow(
      /en\.yaml:9:22: unknown variable "tittle"/,
    );
  });

  it("names every problem of a wording", async () => {
    const blocks = goodBlocks.replace("h.line", "h.lien").replace("words.item", "word.item");
    await expect(load(packText(blocks))).rejects.toThrow(
      /\.lien[\s\S]*also .*:7:\d+: unknown variable "word"/,
    );
  });

  it.each([
    [
      "two wordings of one name",
      `${packText(goodBlocks)}  - name: mine\n    answer: x\n`,
      /en\.yaml:9:11: two wordings are called "mine"/,
    ],
    [
      "a pack in the wrong folder",
      packText(goodBlocks).replace("task: next-item", "task: rating"),
      /en\.yaml:2:7: this pack is for task rating/,
    ],
    [
      "a pack in the wrong language",
      packText(goodBlocks).replace("lang: en", "lang: ko"),
      /en\.yaml:3:7: .*language ko/,
    ],
    ["broken YAML", "version: 1\n  task: [", /en\.yaml:\d+:\d+: /],
    ["an empty file", "", /en\.yaml:1:1: the file: /],
  ])("refuses %s", async (_, text, says) => {
    await expect(load(text)).rejects.toThrow(says);
  });

  it("refuses folders that are no task, and folders that do not exist", async () => {
    await expect(load(packText(goodBlocks), "next-itm/en.yaml")).rejects.toThrow(
      'Did you mean "next-item"?',
    );
    const options = {
      builtinDir,
      userDir: "/nowhere/at/all",
      langs: ["en" as const],
      tasks: [nextItem],
    };
    await expect(loadPacks(options)).rejects.toThrow("does not exist");
  });

  it("says so when a task has no pack", async () => {
    await using empty = await makeFolder({
      "domains/en.yaml": "version: 1\nlang: en\ndomains: {}\n",
    });
    const options = {
      builtinDir: empty.path,
      userDir: null,
      langs: ["en" as const],
      tasks: [nextItem],
    };
    await expect(loadPacks(options)).rejects.toThrow("no pack for task next-item in language en");
  });
});
