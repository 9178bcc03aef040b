// metrics.jsonl of a job: one line a step. A run that is taken up from a checkpoint repeats steps; the lines it repeats
// are cut off first, so that every step of a phase stands once and in order.

import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "./provider/types.ts";

export const metricsName = "metrics.jsonl";

export type MetricsFile = { append(progress: Progress): void; flush(): void };

/** Opens a job's metrics for appending; lines are written in groups of up to `groupLines`, and by `flush`. */
export function openMetrics(jobDir: string, groupLines = 20): MetricsFile {
  const path = join(jobDir, metricsName);
  const seen = new Set<Progress["phase"]>();
  let held: string[] = [];
  const flush = (): void => {
    if (held.length > 0) appendFileSync(path, held.join(""));
    held = [];
  };
  return {
    append(progress) {
      if (!seen.has(progress.phase)) {
        flush();
        seen.add(progress.phase);
        cutRepeated(path, progress);
      }
      held.push(`${JSON.stringify(progress)}\n`);
      if (held.length >= groupLines) flush();
    },
    flush,
  };
}

/** The steps of a job, oldest first; a line cut by a crash is left out. */
export function readMetrics(jobDir: string): Progress[] {
  const path = join(jobDir, metricsName);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return line === "" ? [] : [JSON.parse(line) as Progress];
      } catch {
        return [];
      }
    });
}

function cutRepeated(path: string, first: Progress): void {
  if (!existsSync(path)) return;
  const held = readFileSync(path, "utf8");
  const kept = held
    .split("\n")
    .filter((line) => {
      try {
        const { phase, step } = JSON.parse(line) as Progress;
        return phase !== first.phase || step < first.step;
      } catch {
        return false;
      }
    })
    .map((line) => `${line}\n`)
    .join("");
  if (kept !== held) writeFileSync(path, kept);
}
