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

/** The steps of a job, oldest first; a line cut by a crash is left out, and so is a step that two watchers told. */
export function readMetrics(jobDir: string): Progress[] {
  const path = join(jobDir, metricsName);
  return existsSync(path) ? tellOnce(parseLines(readFileSync(path, "utf8"))) : [];
}

/** Brings the file of a finished job in order, once: two processes may have watched it at the same time. */
export function tidyMetrics(jobDir: string): void {
  const path = join(jobDir, metricsName);
  if (!existsSync(path)) return;
  const told = readMetrics(jobDir)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
  if (told !== readFileSync(path, "utf8")) writeFileSync(path, told);
}

// Phases follow each other, and the last line of a step is the one that counts.
function tellOnce(lines: Progress[]): Progress[] {
  const byStep = new Map(lines.map((line) => [`${line.phase} ${line.step}`, line]));
  const phases = [...new Set(lines.map(({ phase }) => phase))];
  return [...byStep.values()].toSorted(
    (a, b) => phases.indexOf(a.phase) - phases.indexOf(b.phase) || a.step - b.step,
  );
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
