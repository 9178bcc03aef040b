// The demo's base is honest: trained on shuffled targets it ranks like a count of interactions, and no better.

import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Report } from "../../src/eval/score/types.ts";

const root = join(import.meta.dirname, "../..");

it("the base ranks as popularity does, within its interval", { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "rectune-base-"));
  try {
    // One step of tuning: only the base matters here.
    const args = [
      "run",
      "eval/sample.yaml",
      "--set",
      "job.options.steps=1",
      "-o",
      join(folder, "run"),
    ];
    const state = ["--state-dir", join(folder, "state")];
    const main = join(root, "src/cli/main.ts");
    const run = spawnSync(process.execPath, [main, ...args, ...state], {
      cwd: root,
      encoding: "utf8",
    });
    expect(run.stderr + run.stdout).toContain("base = the same net trained for 120 steps");
    expect(run.status).toBe(0);
    const report = JSON.parse(await readFile(join(folder, "run/report.json"), "utf8")) as Report;
    const rank = (name: string) =>
      report.systems.find((system) => system.name === name)!.metrics["ndcg@10/uni20"]!;
    const base = rank("base");
    expect(base.n).toBe(640);
    expect(rank("popularity").value).toBeGreaterThan(base.low);
    expect(rank("popularity").value).toBeLessThan(base.high);
    expect(base.low).toBeGreaterThan(rank("random").high);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
