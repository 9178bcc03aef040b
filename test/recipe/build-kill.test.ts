// A build killed at any point leaves the old folder whole, or none; the next run finishes and cleans up.

import { existsSync } from "node:fs";
import { cp, readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeWorkspace, readFolder, type Workspace } from "./workspace.ts";

const points = [
  "build:log-read",
  "build:parquet",
  "build:range-0",
  "build:examples",
  "build:manifest",
  "replace:aside",
  "replace:moved",
  "build:done",
];

const build = ["build", "recipe.yaml", "-q", "--set", "lang=[en]", "--if-exists", "replace"];
const folders = async (at: Workspace): Promise<string[]> =>
  (await readdir(at.dir)).filter((name) => name.startsWith("out"));

describe("a killed build", () => {
  let at: Workspace;
  let before: Record<string, string>;
  let after: Record<string, string>;

  beforeAll(async () => {
    at = await makeWorkspace(20);
    await at.run([...build, "-o", "old", "--seed", "2"]);
    await at.run([...build, "-o", "new"]);
    [before, after] = [await readFolder(at.path("old")), await readFolder(at.path("new"))];
  });
  afterAll(() => at[Symbol.asyncDispose]());

  it.each(points)("at %s keeps the old dataset or has the new one", async (point) => {
    await cp(at.path("old"), at.path("out"), { recursive: true, force: true });
    const killed = await at.run([...build, "-o", "out"], { RECTUNE_TEST_KILL: point });
    expect(killed.signal).toBe("SIGKILL");
    // Between the two renames the old folder stands aside, whole.
    const where = existsSync(at.path("out")) ? "out" : "out.old";
    expect([before, after]).toContainEqual(await readFolder(at.path(where)));
    const again = await at.run([...build, "-o", "out"]);
    expect(again, again.stderr).toMatchObject({ code: 0 });
    expect(await readFolder(at.path("out"))).toEqual(after);
    expect(await folders(at)).toEqual(["out"]);
  });

  it.each(["build:range-0", "build:manifest", "replace:moved"])(
    "at %s leaves nothing half made where nothing was",
    async (point) => {
      await using fresh = await makeWorkspace(20);
      const killed = await fresh.run([...build, "-o", "out"], { RECTUNE_TEST_KILL: point });
      expect(killed.signal).toBe("SIGKILL");
      expect(existsSync(fresh.path("out"))).toBe(point === "replace:moved");
      if (point === "replace:moved") expect(await readFolder(fresh.path("out"))).toEqual(after);
      const again = await fresh.run([...build, "-o", "out"]);
      expect(again, again.stderr).toMatchObject({ code: 0 });
      expect(await readFolder(fresh.path("out"))).toEqual(after);
      expect(await folders(fresh)).toEqual(["out"]);
    },
  );
});
