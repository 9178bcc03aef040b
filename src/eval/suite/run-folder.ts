// The folder of an evaluation: predictions/<system>.jsonl, report.json, report.html, and state.json, which is written
// last and says what the report was made of. A report can be made again from the folder and its dataset alone.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../base/errors.ts";
import { hashFile, pathKind, writeFileAtomic } from "../../base/files.ts";
import { prettyJson } from "../../base/json.ts";
import type { SuiteValue } from "./recipe.ts";
import type { SystemKind } from "../score/types.ts";

/** Raised when the same predictions, dataset and suite would give another report than before. */
export const evalVersion = 5;

/** What a system was, without what it takes to ask it. */
export type SystemRecord = {
  name: string;
  kind: SystemKind;
  about: string;
  model: string;
  identity: string;
};

export type RunState = {
  kind: "rectune-eval";
  evalVersion: number;
  suite: string;
  value: SuiteValue;
  /** `dir` and those of the folds, where several were asked, relative to the run folder. */
  dataset: { name: string; hash: string; dir: string; folds?: string[] };
  systems: SystemRecord[];
  /** Id of the suite's own job; null where no system needs it. */
  job: string | null;
  /** What must be said beside the numbers, e.g. what kind of base this is. */
  notes: string[];
};

/** state.json: what was evaluated, and the report it gave: its hash, and how many answers failed on the way. */
type StateFile = RunState & { report: { sha256: string; errors: number } };

export const predictionsPath = (dir: string, system: string): string =>
  join(dir, "predictions", `${system}.jsonl`);
export const reportPath = (dir: string): string => join(dir, "report.json");
export const pagePath = (dir: string): string => join(dir, "report.html");
const statePath = (dir: string): string => join(dir, "state.json");

/** Records that the reports in `dir` are those of `state`. */
export async function writeState(dir: string, state: RunState, errors: number): Promise<void> {
  const { sha256 } = await hashFile(reportPath(dir));
  await writeFileAtomic(statePath(dir), prettyJson({ ...state, report: { sha256, errors } }));
}

/** Whether the folder holds the finished, untouched report of exactly this state; failed answers want another try. */
export async function isFresh(dir: string, state: RunState): Promise<boolean> {
  const held = await findState(dir);
  if (held === null || held.report.errors > 0) return false;
  if ((await pathKind(pagePath(dir))) !== "file") return false;
  if (prettyJson({ ...state, report: held.report }) !== prettyJson(held)) return false;
  if ((await pathKind(reportPath(dir))) !== "file") return false;
  return (await hashFile(reportPath(dir))).sha256 === held.report.sha256;
}

/**
 * What was evaluated in a folder.
 * @throws DataError `eval-folder` where it is none, `eval-version` where a newer rectune wrote it.
 */
export async function readState(dir: string): Promise<RunState> {
  const held = await findState(dir);
  if (held === null) {
    throw new DataError("this is no folder of a finished eval", {
      code: "eval-folder",
      where: statePath(dir),
      next: "Name a folder that rectune eval made, e.g. runs/sample.",
    });
  }
  if (held.evalVersion > evalVersion) {
    throw new DataError("a newer rectune made this folder", {
      code: "eval-version",
      where: statePath(dir),
      next: "Use that version, or run the eval again.",
    });
  }
  const { report: _report, ...state } = held;
  return state;
}

/** What was evaluated in a folder; null where it is none. */
export async function findState(dir: string): Promise<StateFile | null> {
  try {
    const held = JSON.parse(await readFile(statePath(dir), "utf8")) as Partial<StateFile> | null;
    return held?.kind === "rectune-eval" && held.report ? (held as StateFile) : null;
  } catch {
    return null;
  }
}
