// Writes the demo's table into the READMEs, between their demo marks: `npm run demo && node scripts/update-readme.ts`.
// With --check it compares instead: exit 1 where a README shows another table than runs/sample/report.json.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Report } from "../src/eval/score/types.ts";
import { replaceDemo } from "./demo-block.ts";

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const report = JSON.parse(readFileSync(at("runs/sample/report.json"), "utf8")) as Report;
const checks = process.argv.includes("--check");

for (const path of ["README.md", "docs/README.ko.md"]) {
  const text = readFileSync(at(path), "utf8");
  const wanted = replaceDemo(text, report);
  if (wanted === text) continue;
  if (checks) {
    console.error(`${path} shows another table than runs/sample/report.json`);
    process.exitCode = 1;
  } else {
    writeFileSync(at(path), wanted);
    console.log(`wrote ${path}`);
  }
}
