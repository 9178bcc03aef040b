// Peak memory and time of `rectune build` as the log grows, one example a user: 1, 8 and 32 million rows of a synthetic log.
// `node bench/memory.ts [MILLIONS …]`, default 1 8 32; needs about 4 GB of disk for the largest.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSyntheticLog } from "../scripts/make-synthetic-log.ts";
import { runBuild } from "./run-build.ts";

const sizes = process.argv.slice(2).map(Number);
for (const millions of sizes.length > 0 ? sizes : [1, 8, 32]) {
  const folder = mkdtempSync(join(tmpdir(), "rectune-bench-"));
  try {
    await writeSyntheticLog(join(folder, "log"), millions * 1_000_000, 1);
    const out = join(folder, "out");
    const oneEach = [
      "--set",
      "split={by: users, shares: [1, 0, 0]}",
      "--set",
      "history.targets=last",
    ];
    const recipe = join(folder, "log/recipe.yaml");
    const { ms, peakBytes } = await runBuild(recipe, ["-o", out, ...oneEach]);
    const { counts } = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")) as {
      counts: { users: number; interactions: number; examples: { train: Record<string, number> } };
    };
    console.log(
      `${counts.interactions} rows, ${counts.users} users, ${counts.examples.train["next-item"]} examples: ` +
        `${(ms / 1000).toFixed(1)} s, ${(ms / 1000 / millions).toFixed(2)} s a million rows, peak ${(peakBytes / 2 ** 20).toFixed(0)} MiB`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
