// What a finished run of the Python trainer left in a job's folder, and what a later attempt takes over from one that
// did not finish.

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join, relative } from "node:path";
import { pathKind, writeFileAtomic } from "../../base/files.ts";
import { hashOf } from "../../base/ids.ts";
import type { Context } from "../../base/logger.ts";
import { pause } from "../../base/pause.ts";
import { quoteWord } from "./call-lines.ts";
import { holdFolder } from "./hold-folder.ts";
import { readTrainerResult } from "./trainer-events.ts";
import { foldersOf } from "./trainer-options.ts";
import type { Checkpoint, JobRequest, JobResult } from "./types.ts";

/** The result of a job as `local:DIR` models; null when it is gone. */
export async function trainerResult(
  request: JobRequest,
  scorer: string[],
): Promise<JobResult | null> {
  const { result, model, base, checkpoints } = foldersOf(request);
  const held = await readTrainerResult(result, request.runKey);
  if (!held) return null;
  for (const dir of [model, base]) if ((await pathKind(dir)) !== "folder") return null;
  return {
    model: `local:${model}`,
    base: `local:${base}`,
    modelDir: relative(request.jobDir, model),
    baseDir: relative(request.jobDir, base),
    steps: held.steps,
    tokens: held.tokens,
    checkpoints: await listCheckpoints(checkpoints),
    call: [[...scorer, "--model", model, "<", "prompts.jsonl"].map(quote).join(" ")],
  };
}

async function listCheckpoints(folder: string): Promise<Checkpoint[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names
    .filter((name) => existsSync(join(folder, name, "whole.json")))
    .map((name) => ({ step: Number(name.split("-")[1]), model: `local:${join(folder, name)}` }))
    .toSorted((a, b) => a.step - b.step);
}

function quote(word: string): string {
  return /^[\w./:=<-]+$/.test(word) ? word : quoteWord(word);
}

/**
 * Moves the checkpoints of an earlier attempt at the same training here, where that attempt ended without a result and
 * nothing runs in its folder; the trainer checks them against its own settings. Says whether there were any.
 */
export async function takeOverCheckpoints(request: JobRequest, context: Context): Promise<boolean> {
  const { dataset, model, method, hyperparameters, options, seed, stateDir, jobDir } = request;
  const key = { dataset: dataset.sha256, model, method, hyperparameters, options, seed };
  const pointer = join(stateDir, "trainings", `${hashOf(key).slice(0, 12)}.json`);
  const earlier = await readFile(pointer, "utf8").catch(() => null);
  await mkdir(foldersOf(request).output, { recursive: true });
  await writeFileAtomic(pointer, `${JSON.stringify(jobDir)}\n`);
  const before = earlier === null ? null : (JSON.parse(earlier) as string);
  if (before === null || before === jobDir) return false;
  const from = foldersOf({ jobDir: before });
  const to = foldersOf(request);
  if (!existsSync(from.checkpoints) || existsSync(from.result) || existsSync(to.checkpoints))
    return false;
  using held = await holdPatiently(from.output, context);
  if (!held) return false;
  await rename(from.checkpoints, to.checkpoints);
  return true;
}

// A process is gone from the table a moment before the last of its threads lets go of its files.
async function holdPatiently(dir: string, context: Context): Promise<Disposable | null> {
  for (let tries = 0; tries < 20; tries++) {
    const held = holdFolder(dir);
    if (held) return held;
    await pause(100, context);
  }
  return null;
}
