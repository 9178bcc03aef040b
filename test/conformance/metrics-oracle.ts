// Asks the Python oracles for the answers that our metrics are held against; see oracles/metrics.py.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const python = process.env["RECTUNE_PYTHON"] ?? join(root, ".venv/bin/python");

/** What the tests lack, in words; null where they can run. */
export function missingOracle(modules: string): string | null {
  if (!existsSync(python)) return `no Python at ${python}`;
  const tried = spawnSync(python, ["-c", `import ${modules}`], { encoding: "utf8" });
  return tried.status === 0 ? null : `${python} lacks one of ${modules}`;
}

/** Answers by case, of the script of that name. */
export function askOracle<T>(script: string, cases: unknown): T {
  const run = spawnSync(python, [join(root, "test/conformance/oracles", script)], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as T;
}
