import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  countExamples,
  findManifest,
  hashDataset,
  hashRecipe,
  portableRecipe,
  readManifest,
} from "../../../src/dataset/manifest.ts";
import { loadTexts } from "../../../src/dataset/recipe-texts.ts";
import { loadDatasetRecipe } from "../../../src/dataset/recipe.ts";
import { manifestOf } from "./manifests.ts";

const sample = join(import.meta.dirname, "../../../datasets/sample.yaml");

async function hashOfRecipe(...sets: string[]): Promise<string> {
  const recipe = await loadDatasetRecipe(sample, sets, "/somewhere");
  const { wordings, words } = await loadTexts({ ...recipe, templates: null });
  return hashRecipe(recipe, wordings, words);
}

it("hashes what shapes a dataset, and not where the log lies", async () => {
  const plain = await hashOfRecipe();
  expect(await hashOfRecipe("log.path=elsewhere")).toBe(plain);
  const others = [
    "seed=2",
    "lang=[ko]",
    "history.window=9",
    "filter.minItem=2",
    "domain=book",
    "name=x",
  ];
  const hashes = await Promise.all(others.map((set) => hashOfRecipe(set)));
  expect(new Set([plain, ...hashes]).size).toBe(others.length + 1);
});

it("hashes the texts of wordings, and not where they were read from", async () => {
  const recipe = await loadDatasetRecipe(sample);
  const { wordings, words } = await loadTexts(recipe);
  const plain = hashRecipe(recipe, wordings, words);
  const moved = wordings.map((w) => ({ ...w, file: "/elsewhere" }));
  expect(hashRecipe(recipe, moved, words)).toBe(plain);
  const [first, ...rest] = wordings;
  const answer = { ...first!.blocks.answer, text: "other" };
  const changed = [{ ...first!, blocks: { ...first!.blocks, answer } }, ...rest];
  expect(hashRecipe(recipe, changed, words)).not.toBe(plain);
});

it("hashes the content of every input under its name", () => {
  const input = { file: "a", bytes: 1, sha256: "x" };
  const plain = hashDataset("r", [input]);
  expect(hashDataset("r", [{ ...input, sha256: "y" }])).not.toBe(plain);
  expect(hashDataset("r", [{ ...input, file: "b" }])).not.toBe(plain);
  expect(hashDataset("s", [input])).not.toBe(plain);
});

it("keeps paths of the machine out of the manifest", async () => {
  const recipe = await loadDatasetRecipe(sample, ["log.path=/secret/place"]);
  expect(JSON.stringify(portableRecipe(recipe))).not.toMatch(/secret|sample\.yaml/);
});

it("is read from complete folders only", async () => {
  const dir = await mkdtemp(join(tmpdir(), "rectune-manifest-"));
  try {
    expect(await findManifest(dir)).toBeNull();
    await expect(readManifest(dir)).rejects.toThrow("no complete dataset folder");
    await writeFile(join(dir, "manifest.json"), '{"kind": "rectune-export"}');
    expect(await findManifest(dir)).toBeNull();
    await writeFile(join(dir, "manifest.json"), JSON.stringify(manifestOf()));
    expect(countExamples(await readManifest(dir), "train")).toBe(3000);
  } finally {
    await rm(dir, { recursive: true });
  }
});
