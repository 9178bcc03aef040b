import { expect, test } from "vitest";
import { parse } from "yaml";
import { plainContext } from "../../../src/base/logger.ts";
import { writeFirstRecipe } from "../../../src/dataset/first-recipe.ts";
import { inspectLog } from "../../../src/dataset/inspect-log.ts";
import { datasetRecipeSchema } from "../../../src/dataset/recipe.ts";
import { tasks } from "../../../src/dataset/task/index.ts";
import { loadPacks } from "../../../src/dataset/template/load-packs.ts";
import { logSchema } from "../../../src/log/reader/recipe.ts";
import { withFiles } from "../log/open-texts.ts";

const place = { name: "mine", path: "./log", schema: "../schemas/dataset.schema.json" };
const lookAt = (files: Record<string, string>) =>
  withFiles(files, (dir) => inspectLog(logSchema.parse({ path: "." }), dir, plainContext()));

const rated = Array.from({ length: 12 }, (_, n) => `u${n % 2},b${n},${(n % 5) + 1},${n}`).join(
  "\n",
);

test("a log with ratings and Korean titles: all its columns, in Korean, with ratings", async () => {
  const look = await lookAt({
    "ratings.csv": `user,book,rating,time\n${rated}\n`,
    "books.csv": "book,title\nb0,채식주의자\nb1,소년이 온다\n",
  });
  expect(look).toMatchObject({
    users: 2,
    items: 12,
    usersOfFive: 2,
    titles: { texts: 2, hangul: 1 },
  });
  const text = writeFirstRecipe(look, place);
  expect(text.split("\n").slice(0, 2)).toEqual([
    "# yaml-language-server: $schema=../schemas/dataset.schema.json",
    "# 12 interactions of 2 users and 12 items, as rectune inspect found them.",
  ]);
  const recipe = datasetRecipeSchema.parse(parse(text));
  expect(recipe.log).toMatchObject({ format: "csv", path: "./log", columns: look.read });
  expect([recipe.lang, recipe.domain]).toEqual([["ko"], "book"]);
  expect(recipe.tasks.map((task) => task.type)).toEqual(["rating", "next-item", "ranking"]);
});

test("a log of pairs alone: no task of ratings, and users of three are kept", async () => {
  const look = await lookAt({ "a.tsv": "user\titem\nu\t1\nu\t2\nu\t3\nv\t1\nv\t2\nv\t3\n" });
  expect(look).toMatchObject({ span: null, tieShare: null, hasRating: false, usersOfFive: 0 });
  const recipe = datasetRecipeSchema.parse(parse(writeFirstRecipe(look, place)));
  expect(recipe.filter.minUser).toBe(3);
  expect(recipe.tasks.map((task) => task.type)).toEqual(["next-item", "ranking"]);
});

test("rankings are asked in wordings of both languages that a model can be scored on", async () => {
  const look = await lookAt({ "ratings.csv": `user,book,rating,time\n${rated}\n` });
  const text = writeFirstRecipe(look, place);
  const recipe = datasetRecipeSchema.parse(parse(text));
  const ranking = recipe.tasks.find(({ type }) => type === "ranking")!;
  const sources = { builtinDir: "templates", userDir: null, langs: ["en", "ko"] as const };
  const packs = await loadPacks({ ...sources, tasks: [tasks.ranking] });
  const asked = packs.filter(({ name }) => ranking.wordings?.includes(name));
  expect(asked).toHaveLength(6);
  // A reason is known of the truth alone, so that no other candidate could be scored beside it.
  for (const wording of asked) expect(wording.blocks.answer.text).not.toContain("reason");
  expect(text).toContain("\n# Its ranking wordings let a model be scored on each candidate;");
});
