// Finds a dataset that was already built from the same recipe and log, without reading the log again: file hashes are
// remembered by size and time of change, and taken anew where either differs.

import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { hashFile, pathKind, writeFileAtomic } from "../base/files.ts";
import { hashOf } from "../base/ids.ts";
import { prettyJson } from "../base/json.ts";
import type { LogInput } from "../log/reader/open-log.ts";
import { locateLog, namePattern, namesIn } from "../log/reader/locate-log.ts";
import type { LogRecipe } from "../log/reader/recipe.ts";
import { findManifest, type DatasetManifest } from "./manifest.ts";

type Remembered = { bytes: number; mtimeMs: number; sha256: string };
/** Hashes of input files, and of the listings of their folders, by absolute path; kept in the state folder. */
export type HashMemory = Record<string, Remembered>;

// A file changed as recently as this may change again without its time telling.
const settledMs = 2000;

export async function readMemory(file: string): Promise<HashMemory> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as HashMemory;
  } catch {
    return {};
  }
}

/** Remembers the hashes of a log's files, as they were just taken. */
export async function rememberInputs(
  file: string,
  log: { path: string; dir: string },
  inputs: readonly LogInput[],
  now: number,
): Promise<void> {
  // What came in on standard input cannot be looked at again.
  if (log.path === "-") return;
  const memory = await readMemory(file);
  const folder = resolve(log.dir, log.path);
  if ((await pathKind(folder)) === "folder")
    memory[folder] = listingOf(await namesIn(folder, "files"));
  for (const input of inputs) {
    const path = await pathOf(log, input.file);
    const { size, mtimeMs } = await stat(path);
    if (size === input.bytes && now - mtimeMs > settledMs)
      memory[path] = { bytes: size, mtimeMs, sha256: input.sha256 };
  }
  await writeFileAtomic(file, prettyJson(memory));
}

/**
 * The manifest in `dir`, when it was made with the recipe's hash from files that are still the same; else null. Files
 * added to the log since may be inputs as well: a log read by pattern is never taken for unchanged when its folder grew.
 */
export async function findBuilt(
  dir: string,
  recipeHash: string,
  log: LogRecipe,
  baseDir: string,
  memory: HashMemory,
): Promise<DatasetManifest | null> {
  const manifest = await findManifest(dir);
  if (manifest === null || manifest.recipeHash !== recipeHash || log.path === "-") return null;
  if (log.columns === null && (await mayHaveGrown(resolve(baseDir, log.path), manifest, memory)))
    return null;
  const named = Object.values(log.columns ?? {}).flatMap((table) => table?.file ?? []);
  const isPattern = basename(log.path).includes("*");
  if (isPattern || named.some((name) => name.includes("*"))) {
    const known = new Set(manifest.inputs.map((input) => input.file));
    const patterns = named.map((name) => namePattern(name, "packed"));
    const mayBeRead = (name: string): boolean =>
      isPattern || patterns.some((pattern) => pattern.test(name));
    const files = await locateLog(log.path, baseDir, named);
    if (files.some(({ name }) => !known.has(name) && mayBeRead(name))) return null;
  }
  for (const input of manifest.inputs) {
    const sha256 = await hashInput({ path: log.path, dir: baseDir }, input, memory);
    if (sha256 !== input.sha256) return null;
  }
  return manifest;
}

/** Where columns are guessed, any file of a folder may be an input: it must hold what it held when it was read. */
async function mayHaveGrown(
  folder: string,
  { inputs }: DatasetManifest,
  memory: HashMemory,
): Promise<boolean> {
  const known = new Set(inputs.map(({ file }) => file));
  const files = await namesIn(folder, "files");
  if (files.every((name) => known.has(name))) return false;
  return memory[folder]?.sha256 !== listingOf(files).sha256;
}

/** Names of a folder's files, as hashes of files are remembered. */
function listingOf(names: readonly string[]): Remembered {
  return { bytes: names.length, mtimeMs: 0, sha256: hashOf(names) };
}

async function hashInput(
  log: { path: string; dir: string },
  input: LogInput,
  memory: HashMemory,
): Promise<string | null> {
  try {
    const path = await pathOf(log, input.file);
    const { size, mtimeMs } = await stat(path);
    if (size !== input.bytes) return null;
    const held = memory[path];
    if (held && held.bytes === size && held.mtimeMs === mtimeMs) return held.sha256;
    return (await hashFile(path)).sha256;
  } catch {
    return null;
  }
}

/** Absolute path of a file of the log; a log of one file is that file. */
async function pathOf(log: { path: string; dir: string }, name: string): Promise<string> {
  const given = resolve(log.dir, log.path);
  const isPattern = basename(given).includes("*") && (await pathKind(given)) === "none";
  const full = isPattern ? dirname(given) : given;
  const isFolder = (await stat(full)).isDirectory();
  return isFolder || basename(full) !== name ? join(isFolder ? full : dirname(full), name) : full;
}
