// Startup of the compiled command line against bare Node: `npm run build && node bench/startup.ts`.
// Prints medians and their ratio; --help must stay within five times `node -e 0`.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const rounds = 15;
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
if (!existsSync(main)) throw new Error(`${main} is missing: npm run build`);

const bare: number[] = [];
const help: number[] = [];
// Taken in turns, so that a busy moment of the machine meets both.
for (let round = 0; round <= rounds; round++) {
  bare.push(timeMs(["-e", "0"]));
  help.push(timeMs([main, "--help"]));
}
// The first round warms the disk and Node's compile cache.
const [bareMs, helpMs] = [median(bare.slice(1)), median(help.slice(1))];
console.log(`node -e 0         ${bareMs.toFixed(0)} ms`);
console.log(`rectune --help    ${helpMs.toFixed(0)} ms`);
console.log(`ratio             ${(helpMs / bareMs).toFixed(1)} (at most 5)`);
process.exitCode = helpMs / bareMs <= 5 ? 0 : 1;

function timeMs(args: string[]): number {
  const started = performance.now();
  const run = spawnSync(process.execPath, args, { stdio: "ignore" });
  if (run.status !== 0) throw new Error(`node ${args.join(" ")} ended with ${run.status}`);
  return performance.now() - started;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
