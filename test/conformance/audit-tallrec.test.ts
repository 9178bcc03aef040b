// The audit on files that a paper published: TALLRec's movie data (Bao et al. 2023), made from ml-100k. The figure to
// reproduce is the AUC of counting likes, measured apart: .726 on the test file. The files are looked for in
// RECTUNE_TEST_DATA (default ../shared); without them the test skips by name, unless RECTUNE_NO_SKIP=1.

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { silentLogger, type Context } from "../../src/base/logger.ts";
import { auditFiles, auditForeign } from "../../src/dataset/audit-files.ts";
import { buildDataset } from "../../src/dataset/build.ts";
import { defaultPatterns, splitOfName } from "../../src/dataset/foreign-examples.ts";
import { loadDatasetRecipe } from "../../src/dataset/recipe.ts";

const root = join(import.meta.dirname, "../..");
const data = join(process.env["RECTUNE_TEST_DATA"] ?? join(root, "../shared"), "data");
const [folder, log] = [join(data, "tallrec-movie"), join(data, "ml-100k")];
const mustRun = process.env["RECTUNE_NO_SKIP"] === "1";

// The patterns of docs/audit.md.
const patterns = {
  ...defaultPatterns,
  likes: /User Preference: (.*)/u,
  dislikes: /User Unpreference: (.*)/u,
  target: /target movie "(.*)"/u,
};

function audit(...names: string[]) {
  const files = names.map((name) => ({ path: join(folder, name), split: splitOfName(name) }));
  return auditForeign(files, "alpaca", patterns);
}

describe.skipIf(!mustRun && !(existsSync(folder) && existsSync(log)))("TALLRec movie", () => {
  test("the count of likes alone has the AUC .726 on the test file", async () => {
    const { examples, report } = await audit("test.json.gz");
    expect(examples).toBe(1000);
    expect(Math.abs(report["label-from-prompt"]!.value! - 0.726)).toBeLessThanOrEqual(0.001);
    expect(report["label-from-prompt"]!.severity).toBe("warning");
  });

  test("over all three files: the item's prior, five targets in their own history, no twins", async () => {
    const { examples, report } = await audit("train.json.gz", "valid.json.gz", "test.json.gz");
    expect(examples).toBe(10_000);
    expect(report["label-from-prompt"]!.message).toMatch(
      /train 0\.710 .* validation 0\.689 .* test 0\.726/,
    );
    expect(report["label-from-prior"]!.value).toBeCloseTo(0.676, 3);
    expect(report["target-in-history"]).toMatchObject({ severity: "error", count: 5 });
    expect(report["target-in-history"]!.examples).toContain("train.json.gz:1080");
    expect(report["duplicates"]).toMatchObject({ severity: null });
    expect(report["users-per-split"]).toMatchObject({ severity: null, value: null });
  });

  test("a dataset built by the same procedure from the log itself gives the same figures", async () => {
    const recipe = await loadDatasetRecipe(
      "datasets/tallrec-movielens-100k.yaml",
      [`log.path=${log}`],
      root,
    );
    const dir = await mkdtemp(join(tmpdir(), "rectune-audit-"));
    try {
      const context: Context = {
        fetch: globalThis.fetch,
        env: {},
        now: () => 0,
        log: silentLogger,
        signal: new AbortController().signal,
        cwd: root,
        threads: 1,
        stateDir: join(dir, "state"),
      };
      const built = await buildDataset(recipe, context, { out: join(dir, "data") });
      const { report } = await auditFiles(built.dir);
      expect(report["label-from-prompt"]!.message).toMatch(
        /train 0\.710 .* validation 0\.689 .* test 0\.726/,
      );
      expect(report["label-from-prior"]!.value).toBeCloseTo(0.676, 3);
      // What the published files cannot tell: sixteen users make the test, and train goes on after it.
      expect(report["users-per-split"]).toMatchObject({ severity: "warning", count: 2 });
      expect(report["train-after-test"]).toMatchObject({ severity: "warning" });
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
