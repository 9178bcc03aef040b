// The demo's tune under training seeds 1 to 5: does tuned − base stay above zero, and what does a run cost?
// Prints a Markdown table; the dataset and the suite are the demo's. Takes about two and a half minutes a seed.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareSeedRuns } from "../src/eval/compare-runs.ts";
import type { Report } from "../src/eval/score/types.ts";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "rectune-seeds-"));
const metric = "ndcg@10/uni20";
console.log("| seed | base | tuned | tuned − base [95%] | popularity | item-knn | seconds |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
let good = 0;
const outs: string[] = [];
try {
  for (const seed of [1, 2, 3, 4, 5]) {
    const out = join(folder, `seed-${seed}`);
    const started = performance.now();
    const run = spawnSync(
      process.execPath,
      [
        join(root, "src/cli/main.ts"),
        "run",
        join(root, "eval/sample.yaml"),
        "--set",
        `job.seed=${seed}`,
        "-o",
        out,
        "--state-dir",
        join(folder, "state"),
      ],
      { cwd: root, encoding: "utf8" },
    );
    if (run.status !== 0) throw new Error(run.stderr);
    const seconds = (performance.now() - started) / 1000;
    const report = JSON.parse(readFileSync(join(out, "report.json"), "utf8")) as Report;
    const valueOf = (name: string): string =>
      report.systems.find((system) => system.name === name)!.metrics[metric]!.value.toFixed(3);
    const delta = report.comparisons.find(
      (held) => held.system === "tuned" && held.against === "base" && held.metric === metric,
    )!;
    if (delta.low > 0) good++;
    outs.push(out);
    const interval = `${delta.delta.toFixed(3)} [${delta.low.toFixed(3)}, ${delta.high.toFixed(3)}]`;
    console.log(
      `| ${seed} | ${valueOf("base")} | ${valueOf("tuned")} | ${interval} | ${valueOf("popularity")} | ${valueOf("item-knn")} | ${seconds.toFixed(0)} |`,
    );
  }
  const whole = await compareSeedRuns(outs, { system: "tuned", against: "base", metric });
  const { low, high, n, seedSd } = whole;
  console.log(
    `\nmean over seeds ${whole.delta.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] over n = ${n} users, ` +
      `standard deviation of the seeds ${seedSd!.toFixed(3)}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${good} of 5 seeds have a lower bound above zero (${metric}).`);
