// `npm test`: every project of vitest.config.ts (or the files named behind `--`), then one line to count by, the last:
// "N passed, N failed", with ", N skipped" where some were. RECTUNE_NO_SKIP=1 makes a skip a failure, as in CI.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { countTests, sayCounts, type VitestJson } from "./count-tests.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "rectune-test-"));
const json = join(folder, "results.json");

const run = spawnSync(
  process.execPath,
  [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${json}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: "inherit" },
);
const counts = countTests(readResults(), run.status === 0);
rmSync(folder, { recursive: true });

const forbidden = process.env["RECTUNE_NO_SKIP"] === "1" && counts.skipped.length > 0;
if (forbidden) console.log("\nSkipped, and RECTUNE_NO_SKIP=1 forbids it:");
else if (counts.skipped.length > 0) console.log("\nSkipped on this machine:");
for (const name of counts.skipped) console.log(`  ${name}`);
if (counts.failures.length > 0) console.log("\nFailed:");
for (const failure of counts.failures) console.log(`  ${failure}`);
console.log(sayCounts(counts));
process.exitCode = counts.failed > 0 || counts.passed === 0 || forbidden ? 1 : 0;

function readResults(): VitestJson | null {
  try {
    return JSON.parse(readFileSync(json, "utf8")) as VitestJson;
  } catch {
    return null;
  }
}
