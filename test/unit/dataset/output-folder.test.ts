import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sha256 } from "../../../src/base/ids.ts";
import { isTaken, startFolder } from "../../../src/dataset/output-folder.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "rectune-folder-"));
});
afterEach(() => rm(home, { recursive: true }));

it("appears when finished, with the hash of each file", async () => {
  const folder = await startFolder(join(home, "deep", "out"));
  const stream = await folder.open("a.jsonl");
  await stream.append(Buffer.from("one\n"));
  await stream.append(new Uint8Array(0));
  await stream.append(Buffer.from("two\n"));
  await stream.close();
  await folder.write("b.txt", "b");
  await writeFile(join(folder.path, "c"), "c");
  await folder.adopt(["c"]);
  expect(existsSync(join(home, "deep", "out"))).toBe(false);
  const points: string[] = [];
  await folder.finish((name) => points.push(name));
  expect(points).toEqual(["replace:aside", "replace:moved"]);
  expect(await readFile(join(home, "deep", "out", "a.jsonl"), "utf8")).toBe("one\ntwo\n");
  expect(folder.outputs).toEqual({
    "a.jsonl": { sha256: sha256("one\ntwo\n"), bytes: 8 },
    "b.txt": { sha256: sha256("b"), bytes: 1 },
    c: { sha256: sha256("c"), bytes: 1 },
  });
});

it("leaves nothing when discarded, open files included", async () => {
  const folder = await startFolder(join(home, "out"));
  await folder.open("a");
  await folder.discard();
  expect(await readdir(home)).toEqual([]);
});

it("clears away what killed runs left, and nothing of the living", async () => {
  // A process id above the kernel's limit belongs to nobody.
  const dead = join(home, "out.partial-99999999");
  const alive = join(home, `out.partial-${process.ppid}`);
  const other = join(home, "out.partial-notes");
  for (const path of [dead, alive, other, join(home, "out.old")]) await mkdir(path);
  await writeFile(join(home, "out.old", "kept"), "");
  await (await startFolder(join(home, "out"))).discard();
  expect((await readdir(home)).sort()).toEqual(
    ["out", "out.partial-notes", `out.partial-${process.ppid}`].sort(),
  );
  expect(await readdir(join(home, "out"))).toEqual(["kept"]);
});

it("tells taken places from free ones", async () => {
  await mkdir(join(home, "empty"));
  await writeFile(join(home, "file"), "");
  expect(await isTaken(join(home, "none"))).toBe(false);
  expect(await isTaken(join(home, "empty"))).toBe(false);
  expect(await isTaken(join(home, "file"))).toBe(true);
  expect(await isTaken(home)).toBe(true);
});
