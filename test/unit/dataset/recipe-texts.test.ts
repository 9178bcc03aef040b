import { join } from "node:path";
import { expect, it } from "vitest";
import { loadTexts } from "../../../src/dataset/recipe-texts.ts";
import { loadDatasetRecipe } from "../../../src/dataset/recipe.ts";

const sample = join(import.meta.dirname, "../../../datasets/sample.yaml");

async function load(...sets: string[]) {
  const { wordings } = await loadTexts(await loadDatasetRecipe(sample, sets));
  return wordings;
}

it("loads the wordings that the tasks name, in each language", async () => {
  const ids = (await load("lang=[en, ko]", "tasks.0.wordings=[table]"))
    .filter(({ task }) => task === "rating")
    .map(({ id }) => id);
  expect(ids).toEqual(["rating/en/table@1", "rating/ko/table@1"]);
});

it("loads all that are not held out where a task names none", async () => {
  const named = await load();
  const all = await load("tasks.2.wordings=null");
  expect(all.length).toBeGreaterThanOrEqual(named.length);
  expect(all.filter(({ heldOut }) => heldOut)).toEqual([]);
});

it("adds the held-out ones where test asks them", async () => {
  const also = await load("heldOut=also");
  for (const { type } of [{ type: "rating" }, { type: "explanation" }])
    expect(also.filter((w) => w.task === type && w.heldOut).length).toBeGreaterThanOrEqual(1);
});

it.each([
  ["[tabel]", /sample\.yaml, tasks\.0\.wordings\.0: .*"tabel"[\s\S]*Did you mean "table"/],
  ["[lines, question-first]", /tasks\.0\.wordings\.1: .*held out of training/],
  ["[]", /tasks\.0\.wordings/],
])("refuses the wordings %s", async (names, says) => {
  await expect(load(`tasks.0.wordings=${names}`)).rejects.toThrow(says);
});
