// Prompts of the bundled sample rendered again from what its folder holds: byte for byte the stored ones in both languages
// and every wording, whatever the history shows; and refused where a pack has changed since.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { plainContext } from "../../src/base/logger.ts";
import { buildDataset } from "../../src/dataset/build.ts";
import { readManifest } from "../../src/dataset/manifest.ts";
import { loadTexts } from "../../src/dataset/recipe-texts.ts";
import { loadDatasetRecipe } from "../../src/dataset/recipe.ts";
import type { Example } from "../../src/dataset/task/types.ts";
import type { Wording } from "../../src/dataset/template/wording.ts";
import { openEvalData, type EvalData } from "../../src/eval/suite/eval-data.ts";
import { suiteSchema } from "../../src/eval/suite/recipe.ts";
import { makeRerender } from "../../src/eval/system/rerender.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "rectune-rerender-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function buildSample(
  name: string,
  more: string[] = [],
): Promise<{ data: EvalData; examples: Example[]; wordings: Wording[] }> {
  const recipe = await loadDatasetRecipe("datasets/sample.yaml", [
    "lang=[en,ko]",
    "filter.sampleUsers=120",
    "heldOut=also",
    "tasks=[{type: ranking}, {type: next-item}, {type: rating}]",
    ...more,
  ]);
  const out = join(dir, name);
  await buildDataset(recipe, plainContext({ cwd: process.cwd() }), { out });
  const value = suiteSchema.parse({
    version: 1,
    dataset: "x",
    systems: [{ name: "random" }],
    tasks: ["rating", "ranking", "next-item"],
  });
  const data = openEvalData(out, await readManifest(out), value);
  return { data, examples: await data.examples(), wordings: (await loadTexts(recipe)).wordings };
}

it("gives the stored messages when nothing is changed", async () => {
  const { data, examples, wordings } = await buildSample("rated");
  const rerender = await makeRerender(data, wordings);
  const asked = new Set(examples.map(({ wording }) => wording));
  expect([...asked].filter((id) => id.startsWith("ranking/")).length).toBeGreaterThanOrEqual(12);
  for (const example of examples) {
    expect(JSON.stringify(rerender(example))).toBe(JSON.stringify(example.prompt));
  }
}, 60_000);

it("does so where histories show ages and repeats are kept", async () => {
  const { data, examples, wordings } = await buildSample("aged", [
    "history={window: 4, show: title+rating+age}",
    "repeats=keep",
  ]);
  const rerender = await makeRerender(data, wordings);
  for (const example of examples) expect(rerender(example)).toEqual(example.prompt);
}, 60_000);

it("changes the order of the candidates and nothing else", async () => {
  const { data, examples, wordings } = await buildSample("rated");
  const rerender = await makeRerender(data, wordings);
  const shelf = examples.find(({ wording }) => wording.startsWith("ranking/ko/shelf"))!;
  const candidates = shelf.candidates!.toReversed();
  const [before, after] = [shelf.prompt, rerender(shelf, { candidates })].map((messages) =>
    messages.map(({ content }) => content.split("\n")),
  );
  expect(after).not.toEqual(before);
  expect(after!.flat().toSorted()).toEqual(before!.flat().toSorted());
  const catalog = await data.catalog();
  const titles = candidates.map((id) => catalog.label(catalog.indexOf(id), "ko"));
  expect(after!.flat().filter((line) => titles.includes(line))).toEqual(titles);
}, 60_000);

it("changes the history and nothing else", async () => {
  const { data, examples, wordings } = await buildSample("rated");
  const rerender = await makeRerender(data, wordings);
  const example = examples.find(({ wording }) => wording.startsWith("ranking/en/shelf"))!;
  const shown = rerender(example, { history: (rows) => rows.slice(-1) });
  const kept = example.prompt
    .map(({ content }) => content)
    .join("\n")
    .split("\n");
  const left = shown
    .map(({ content }) => content)
    .join("\n")
    .split("\n");
  expect(kept.length - left.length).toBe(example.history.length - 1);
  expect(left.every((line) => kept.includes(line))).toBe(true);
}, 60_000);

it("refuses a wording whose text has changed, is gone, or a prompt that was edited", async () => {
  const { data, examples, wordings } = await buildSample("rated");
  const example = examples.find(({ wording }) => wording.startsWith("ranking/en/shelf"))!;
  const edited = wordings.map((wording): Wording => {
    const task = { ...wording.blocks.task, text: `${wording.blocks.task.text} Now` };
    return { ...wording, blocks: { ...wording.blocks, task } };
  });
  const codeOf = async (packs: Wording[], asked = example): Promise<string> => {
    const rerender = await makeRerender(data, packs);
    try {
      rerender(asked, { candidates: asked.candidates! });
      return "none";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect(await codeOf(wordings)).toBe("none");
  expect(await codeOf(edited)).toBe("rerender-differs");
  expect(await codeOf([])).toBe("rerender-wording");
  expect(await codeOf(wordings, { ...example, row: -1 })).toBe("rerender-differs");
}, 60_000);
