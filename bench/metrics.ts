// All @k metrics of one run over a full ranking, against ranx on the same scores in one go: 6,040 users × 3,700 items.
// npm run bench:peers [-- USERS ITEMS [PYTHON]]: PYTHON needs ranx (scripts/oracles.txt); default .venv/bin/python.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgeList, rankMetrics } from "../src/base/metric/index.ts";
import { rngFor } from "../src/base/rng.ts";
import { cpuTimed, seconds, timed } from "./timed.ts";

const [
  userCount = "6040",
  itemCount = "3700",
  python = join(import.meta.dirname, "../.venv/bin/python"),
] = process.argv.slice(2);
const [users, items] = [Number(userCount), Number(itemCount)];
const cutOffs = [5, 10, 20];
const names = ["hr", "recall", "precision", "mrr", "map-trec", "ndcg-linear", "ndcg-exp"];
const metrics = names.map((name) => rankMetrics.find((metric) => metric.name === name)!);

const folder = mkdtempSync(join(tmpdir(), "rectune-bench-"));
try {
  for (const relevantCount of [1, 10]) {
    const rng = rngFor(1, "bench", "metrics");
    const scores = Float64Array.from({ length: users * items }, () => rng.next());
    const relevant = Int32Array.from(
      { length: users * relevantCount },
      (_, i) =>
        // Distinct within a user, whatever their number.
        rng.int(Math.floor(items / relevantCount)) +
        (i % relevantCount) * Math.floor(items / relevantCount),
    );
    writeFileSync(join(folder, "scores"), new Uint8Array(scores.buffer));
    writeFileSync(join(folder, "relevant"), new Uint8Array(relevant.buffer));
    for (let round = 1; round <= 3; round++) {
      const sums = new Map<string, number>();
      let ms = 0;
      const cpu = await cpuTimed(async () => {
        ms = await timed(() => {
          for (let user = 0; user < users; user++) {
            const own = relevant.subarray(user * relevantCount, (user + 1) * relevantCount);
            const list = judgeList(
              scores.subarray(user * items, (user + 1) * items),
              Array.from(own, (index) => ({ index, gain: 1 })),
            );
            for (const metric of metrics) {
              for (const k of cutOffs) {
                const name = `${metric.name}@${k}`;
                sums.set(name, (sums.get(name) ?? 0) + metric.of(list, k) / users);
              }
            }
          }
        });
      });
      const theirs = askRanx(relevantCount);
      const apart = Math.max(
        ...Array.from(sums, ([name, value]) => Math.abs(value - theirs.metrics[name]!)),
      );
      console.log(
        `${relevantCount} relevant, round ${round}: rectune ${seconds(ms)} (processor ${seconds(cpu)}) from scores, one thread; ranx ` +
          `${seconds(theirs.sortMs)} (processor ${seconds(theirs.sortCpuMs)}) to sort + ${seconds(theirs.evaluateMs)} (processor ${seconds(theirs.evaluateCpuMs)}) to evaluate; ` +
          `${((theirs.sortMs + theirs.evaluateMs) / ms).toFixed(1)} × as fast by the clock, ` +
          `${((theirs.sortCpuMs + theirs.evaluateCpuMs) / cpu).toFixed(1)} × by processor time; farthest apart ${apart.toExponential(1)}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

type Timed = {
  sortCpuMs: number;
  evaluateCpuMs: number;
  sortMs: number;
  evaluateMs: number;
  metrics: Record<string, number>;
};

function askRanx(relevantCount: number): Timed {
  const args = [folder, String(users), String(items), String(relevantCount), cutOffs.join(",")];
  const done = spawnSync(python, [join(import.meta.dirname, "ranx-metrics.py"), ...args], {
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout) as Timed;
}
