import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sha256 } from "../../../src/base/ids.ts";
import {
  findBuilt,
  readMemory,
  rememberInputs,
  type HashMemory,
} from "../../../src/dataset/find-built.ts";
import { logSchema } from "../../../src/log/reader/recipe.ts";
import { manifestOf } from "./manifests.ts";

let home: string;
const inputs = [{ file: "r-1.csv", bytes: 3, sha256: sha256("one") }];
const columns = { interactions: { file: "r-*.csv", user: "u", item: "i" } };
const log = logSchema.parse({ path: "log", columns });

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "rectune-built-"));
  for (const name of ["log", "data"]) await mkdir(join(home, name));
  await writeFile(join(home, "log/r-1.csv"), "one");
  await writeFile(
    join(home, "data/manifest.json"),
    JSON.stringify(manifestOf({ recipeHash: "r", inputs })),
  );
});
afterEach(() => rm(home, { recursive: true }));

const find = (hash = "r", memory: HashMemory = {}) =>
  findBuilt(join(home, "data"), hash, log, home, memory).then((manifest) => manifest !== null);

it("finds a dataset of the same recipe and the same files", async () => {
  expect(await find()).toBe(true);
  expect(await find("other")).toBe(false);
  expect(await findBuilt(join(home, "log"), "r", log, home, {})).toBeNull();
});

it("looks at the content where size or time differ", async () => {
  await writeFile(join(home, "log/r-1.csv"), "eno");
  expect(await find()).toBe(false);
  await writeFile(join(home, "log/r-1.csv"), "longer");
  expect(await find()).toBe(false);
  await rm(join(home, "log/r-1.csv"));
  expect(await find()).toBe(false);
});

it("sees files that a pattern now takes in, and no others", async () => {
  await writeFile(join(home, "log/notes.txt"), "");
  expect(await find()).toBe(true);
  await writeFile(join(home, "log/r-2.csv"), "");
  expect(await find()).toBe(false);
});

it.each(["gz", "zst", "zstd"])("sees a part that is packed as .%s", async (suffix) => {
  await writeFile(join(home, `log/r-2.csv.${suffix}`), "");
  expect(await find()).toBe(false);
});

it("remembers hashes of files at rest, by size and time", async () => {
  const file = join(home, "state/index.json");
  const path = join(home, "log/r-1.csv");
  await utimes(path, 1000, 1000);
  await rememberInputs(file, { path: "log", dir: home }, inputs, 1000 * 1000 + 1);
  expect(await readMemory(file)).not.toHaveProperty([path]);
  await rememberInputs(file, { path: "log", dir: home }, inputs, 1000 * 1000 + 5000);
  const memory = await readMemory(file);
  expect(memory[path]).toEqual({ bytes: 3, mtimeMs: 1_000_000, sha256: sha256("one") });
  // Same size and time: the remembered hash stands in for the file.
  const lying = { [path]: { ...memory[path]!, sha256: "x" } };
  expect(await find("r", lying)).toBe(false);
  await utimes(path, 2000, 2000);
  expect(await find("r", lying)).toBe(true);
});

it("reads a folder again that grew where columns are guessed, and one that it does not know", async () => {
  const guessed = logSchema.parse({ path: "log" });
  const finds = async (memory: HashMemory) =>
    (await findBuilt(join(home, "data"), "r", guessed, home, memory)) !== null;
  expect(await finds({})).toBe(true);
  await writeFile(join(home, "log/notes.txt"), "");
  expect(await finds({})).toBe(false);
  const file = join(home, "state/index.json");
  await rememberInputs(file, { path: "log", dir: home }, inputs, 0);
  expect(await finds(await readMemory(file))).toBe(true);
  await writeFile(join(home, "log/r-2.csv"), "");
  expect(await finds(await readMemory(file))).toBe(false);
});

it("takes an unreadable memory for an empty one", async () => {
  const file = join(home, "index.json");
  expect(await readMemory(file)).toEqual({});
  await writeFile(file, "{");
  expect(await readMemory(file)).toEqual({});
  expect(await readFile(file, "utf8")).toBe("{");
});
