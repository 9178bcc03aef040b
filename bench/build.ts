// How fast `rectune build` is on MovieLens 100k, all four tasks, against the raw fsynced write of the same bytes.
// node bench/build.ts [FOLDER OF ml-100k], default ../shared/data/ml-100k. Both are measured in one run, three times.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runBuild } from "./run-build.ts";
import { seconds, timed } from "./timed.ts";
import { writeRaw } from "./write-raw.ts";

const root = join(import.meta.dirname, "..");
const data = resolve(process.argv[2] ?? join(root, "../shared/data/ml-100k"));
const folder = mkdtempSync(join(tmpdir(), "rectune-bench-"));
try {
  for (let round = 1; round <= 3; round++) {
    const out = join(folder, `round-${round}`);
    const { ms: builtMs } = await runBuild("datasets/movielens-100k.yaml", [
      "--set",
      `log.path=${data}`,
      "-o",
      out,
    ]);
    const files = readdirSync(out).map((name) => join(out, name));
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    const contents = files.map((file) => readFileSync(file));
    const rawMs = await timed(() =>
      contents.forEach((content, i) => writeRaw(join(folder, `raw-${i}`), content)),
    );
    const lines = ["train", "validation", "test"].reduce(
      (sum, split) => sum + countLines(join(out, `${split}.jsonl`)),
      0,
    );
    console.log(
      `round ${round}: ${lines} examples, ${(bytes / 1e6).toFixed(0)} MB in ${seconds(builtMs)}, ` +
        `${Math.round(lines / (builtMs / 1000))} examples/s; raw write ${seconds(rawMs)}, ` +
        `${(builtMs / rawMs).toFixed(1)} ×`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function countLines(path: string): number {
  let count = 0;
  for (const byte of readFileSync(path)) if (byte === 10) count++;
  return count;
}
