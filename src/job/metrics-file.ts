// metrics.jsonl of a job: one line a step, on disk at once. A run that is taken up from a checkpoint repeats steps; the
// lines it repeats are cut off first, so that every step of a phase stands once and in order.

import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "./provider/types.ts";

export const metricsName = "metrics.jsonl";

/** Opens a job's metrics for appending. */
export function openMetrics(jobDir: string): { append(progress: Progress): void } {
  const path = join(jobDir, metricsName);
  const seen = new Set<Progress["phase"]>();
  return {
    append(progress) {
      if (!seen.has(progress.phase)) {
        seen.add(progress.phase);
        cutRepeated(path, progress);
      }
      appendFileSync(path, `${JSON.stringify(progress)}\n`);
    },
  };
}

/** The steps of a job, oldest first; a line cut by a crash is left out. */
export function readMetrics(jobDir: string): Progress[] {
  const path = join(jobDir, metricsName);
  return existsSync(path) ? parseLines(readFileSync(path, "utf8")) : [];
}

function cutRepeated(path: string, first: Progress): void {
  if (!existsSync(path)) return;
  const held = readFileSync(path, "utf8");
  const kept = parseLines(held)
    .filter(({ phase, step }) => phase !== first.phase || step < first.step)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
  if (kept !== held) writeFileSync(path, kept);
}

function parseLines(text: string): Progress[] {
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as Progress];
    } catch {
      return [];
    }
  });
}
