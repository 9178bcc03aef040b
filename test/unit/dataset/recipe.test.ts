import { readFile, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { loadDatasetRecipe, templatesDirOf } from "../../../src/dataset/recipe.ts";

const datasets = resolve(import.meta.dirname, "../../../datasets");
const recipes = (await readdir(datasets)).filter((name) => name.endsWith(".yaml"));

describe.each(recipes)("datasets/%s", (name) => {
  it("is a recipe whose head says how to run it", async () => {
    const file = join(datasets, name);
    const recipe = await loadDatasetRecipe(file);
    expect(recipe).toMatchObject({ name: name.replace(".yaml", ""), path: file, dir: datasets });
    const head = (await readFile(file, "utf8")).split("\nversion:")[0]!.split("\n");
    expect(head[0]).toBe("# yaml-language-server: $schema=../schemas/dataset.schema.json");
    expect(head.join("\n")).toContain(`rectune build datasets/${name}`);
  });
});

const sample = join(datasets, "sample.yaml");

it("fills in the defaults of the design", async () => {
  expect(await loadDatasetRecipe(sample)).toMatchObject({
    filter: { minUser: 5, minItem: 1, kCore: null, dedup: "last" },
    split: { by: "leave-one-out" },
    history: { window: 10, order: "recent", show: "title+rating" },
    repeats: "drop-target",
    templates: null,
    tasks: [
      { type: "rating" },
      { type: "next-item" },
      { type: "ranking", candidates: { from: "uniform", n: 20, truth: "forced" } },
      { type: "explanation", reference: "auto" },
    ],
  });
});

it("takes paths of the file from its folder, those of flags from the working folder", async () => {
  expect((await loadDatasetRecipe("sample.yaml", [], datasets)).log.path).toBe("./sample");
  const moved = await loadDatasetRecipe(sample, ["log.path=here", "templates=mine"], "/somewhere");
  expect(moved.log.path).toBe("/somewhere/here");
  expect(templatesDirOf(moved)).toBe("/somewhere/mine");
  const remote = await loadDatasetRecipe(sample, ["log.path=s3://bucket/log"], "/somewhere");
  expect(remote.log.path).toBe("s3://bucket/log");
});

it.each([
  ["lang=[en, en]", "a language stands twice"],
  ["lang=[]", "lang: "],
  ["tasks=[{type: rating}, {type: rating}]", "a task stands twice"],
  ["name=../up", "a name is letters"],
  ["history.window=0", "history.window: "],
  ["version=2", "version: "],
  ["tasks.2.candidates.n=1", "tasks.2.candidates.n: "],
])("refuses %s", async (set, says) => {
  await expect(loadDatasetRecipe(sample, [set])).rejects.toThrow(`--set ${set}: `);
  await expect(loadDatasetRecipe(sample, [set])).rejects.toThrow(says);
});
