// Runs `rectune build` as a user does and measures it: wall time, and the process's peak resident memory (Linux).

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Builds a recipe with the given arguments. Throws what the build wrote when it fails. */
export async function runBuild(
  recipe: string,
  args: readonly string[],
): Promise<{ ms: number; peakBytes: number }> {
  const from = performance.now();
  const child = spawn(process.execPath, [join(root, "src/cli/main.ts"), "build", recipe, ...args], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  let peakBytes = 0;
  const poll = setInterval(() => (peakBytes = Math.max(peakBytes, peakOf(child.pid!))), 50);
  const status = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  clearInterval(poll);
  if (status !== 0) throw new Error(said);
  return { ms: performance.now() - from, peakBytes };
}

function peakOf(pid: number): number {
  try {
    const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(found?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
