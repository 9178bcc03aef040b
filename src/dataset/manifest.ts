// manifest.json of a dataset folder: what it was made from and what it holds. It is written last: a folder that has
// one is complete.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../base/errors.ts";
import { hashOf } from "../base/ids.ts";
import type { LogInput, LogNote } from "../log/reader/open-log.ts";
import type { Redistribution } from "../log/reader/types.ts";
import type { FilterStep } from "../log/split/filter-log.ts";
import type { SplitSizes } from "../log/split/split-log.ts";
import type { Split } from "../log/split/timeline.ts";
import type { DatasetRecipeValue } from "./recipe.ts";
import type { DomainWords } from "./template/load-domains.ts";
import type { Wording } from "./template/wording.ts";

export const manifestName = "manifest.json";

/** Files that tell who touched what; exports and pushes leave them behind unless asked. */
export const interactionFiles = ["interactions.parquet", "users.parquet"];

/** Raised when the same recipe and log would give other bytes than before. */
export const dataVersion = 2;

export type OutputFile = { sha256: string; bytes: number };

export type DatasetManifest = {
  kind: "rectune-dataset";
  name: string;
  toolVersion: string;
  dataVersion: number;
  /** Hash of recipe, wordings and inputs; the same hash means the same bytes. */
  hash: string;
  /** The part of `hash` that needs no look at the log. */
  recipeHash: string;
  seed: number;
  /** With defaults filled in; without paths of the machine. */
  recipe: Record<string, unknown>;
  reader: string;
  inputs: LogInput[];
  license: string | null;
  /** Whether the log's licence lets data made from it be passed on. */
  redistribution: Redistribution;
  counts: {
    users: number;
    items: number;
    interactions: number;
    perSplit: Record<Split, number>;
    /** Examples by split and task. */
    examples: Record<Split, Record<string, number>>;
  };
  /** Records the log held, and those that could not be used, by reason. */
  read: { records: number; rejected: Record<string, number> };
  /** Interactions the filters took, by reason. */
  dropped: Record<string, number>;
  filters: FilterStep[];
  /** Users, items and interactions of each split, and of the rows that are context only. */
  splitSizes: SplitSizes;
  /** Train rows later than the first test row, and their share of train; null without times or without test rows. */
  trainAfterTest: { count: number; share: number } | null;
  /** Targets that made no example, by task and reason. */
  skipped: Record<string, Record<string, number>>;
  /** Share of users whose last two times are equal; null without times. */
  tieShare: number | null;
  scale: number[];
  likedFrom: number;
  wordings: string[];
  /** What other answers to its prompts are made from: answer blocks by wording id, and the domain's words by language. */
  answers: Record<string, string>;
  words: Partial<Record<string, DomainWords>>;
  notes: LogNote[];
  outputs: Record<string, OutputFile>;
};

/** The recipe as manifests and hashes have it: what the log is called on one machine is no part of it. */
export function portableRecipe(recipe: DatasetRecipeValue): Record<string, unknown> {
  const { version, name, log, filter, split, lang, domain, history, repeats, seed } = recipe;
  const { tasks, heldOut } = recipe;
  const { path: _path, ...rest } = log;
  const shared = { filter, split, lang, domain, history, repeats, tasks, heldOut, seed };
  return { version, name, log: rest, ...shared };
}

/** Hash of all that shapes a dataset besides the log itself. */
export function hashRecipe(
  recipe: DatasetRecipeValue,
  wordings: readonly Wording[],
  words: Partial<Record<string, DomainWords>>,
): string {
  const texts = wordings.map(({ id, heldOut, join: glue, blocks }) => ({
    id,
    heldOut,
    join: glue,
    blocks: Object.values(blocks).map((block) => block.text),
  }));
  return hashOf({ recipe: portableRecipe(recipe), texts, words, dataVersion });
}

/** Hash of a dataset: its recipe's hash and the content of the log's files. */
export function hashDataset(recipeHash: string, inputs: readonly LogInput[]): string {
  return hashOf({ recipeHash, inputs: inputs.map(({ file, sha256 }) => [file, sha256]) });
}

/** The manifest of a dataset folder, or null where there is none (no dataset, or an incomplete one). */
export async function findManifest(dir: string): Promise<DatasetManifest | null> {
  try {
    const held = JSON.parse(await readFile(join(dir, manifestName), "utf8")) as DatasetManifest;
    return held.kind === "rectune-dataset" ? held : null;
  } catch {
    return null;
  }
}

/** The manifest of a dataset folder. @throws DataError where there is none. */
export async function readManifest(dir: string): Promise<DatasetManifest> {
  const manifest = await findManifest(dir);
  if (manifest) return manifest;
  throw new DataError("this is no complete dataset folder", {
    code: "dataset-incomplete",
    where: join(dir, manifestName),
    next: "Build it: rectune build RECIPE -o DIR",
  });
}

/** Examples of a split over all tasks. */
export function countExamples(manifest: DatasetManifest, split: Split): number {
  return Object.values(manifest.counts.examples[split]).reduce((sum, n) => sum + n, 0);
}
