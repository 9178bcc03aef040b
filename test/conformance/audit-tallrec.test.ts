// The audit on files that a paper published: TALLRec's movie data (Bao et al. 2023), made from ml-100k. The figure to
// reproduce is the AUC of counting likes, measured apart: .726 on the test file. The files are looked for in
// RECTUNE_TEST_DATA (default ../shared); without them the test skips by name, unless RECTUNE_NO_SKIP=1.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { auditForeign } from "../../src/dataset/audit-files.ts";
import { defaultPatterns, splitOfName } from "../../src/dataset/foreign-examples.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(
  process.env["RECTUNE_TEST_DATA"] ?? join(root, "../shared"),
  "data/tallrec-movie",
);
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

describe.skipIf(!mustRun && !existsSync(folder))("TALLRec movie", () => {
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
});
