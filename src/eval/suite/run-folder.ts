// The folder of an evaluation: predictions/<system>.jsonl, report.json, report.html, and state.json, which is written
// last and says what the report was made of. A report can be made again from the folder and its dataset alone.

import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { DataError } from "../../base/errors.ts";
import { hashFile, pathKind, writeFileAtomic } from "../../base/files.ts";
import { prettyJson } from "../../base/json.ts";
import { readPredictions } from "./prediction-file.ts";
import type { SuiteValue } from "./recipe.ts";
import { findChanged, type FileRecords } from "./run-files.ts";
import type { Prediction, SystemKind } from "../score/types.ts";

/** Raised when the same predictions, dataset and suite would give another report than before. */
export const evalVersion = 5;

/** What a system was, without what it takes to ask it. */
export type SystemRecord = {
  name: string;
  kind: SystemKind;
  about: string;
  model: string;
  identity: string;
  /** Hash of texts that it was asked in and that are none of the dataset's. */
  texts?: string;
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

/**
 * state.json: what was evaluated, and the report it gave: its hash, how many answers failed on the way, and the files it was
 * made from; folders of earlier versions name none.
 */
type StateFile = RunState & { report: { sha256: string; errors: number; from?: FileRecords } };

export const predictionsPath = (dir: string, system: string): string =>
  join(dir, "predictions", `${system}.jsonl`);
export const reportPath = (dir: string): string => join(dir, "report.json");
export const pagePath = (dir: string): string => join(dir, "report.html");
const statePath = (dir: string): string => join(dir, "state.json");

/** Records that the reports in `dir` are those of `state`, made from these files. */
export async function writeState(
  dir: string,
  state: RunState,
  made: { errors: number; from: FileRecords | null },
): Promise<void> {
  const { sha256 } = await hashFile(reportPath(dir));
  const { errors, from } = made;
  const report = { sha256, errors, ...(from && { from }) };
  await writeFileAtomic(statePath(dir), prettyJson({ ...state, report }));
}

/** Whether the folder holds the finished, untouched report of exactly this state; failed answers want another try. */
export async function isFresh(dir: string, state: RunState): Promise<boolean> {
  const held = await findState(dir);
  if (held === null || held.report.errors > 0) return false;
  if ((await pathKind(pagePath(dir))) !== "file") return false;
  if (prettyJson({ ...state, report: held.report }) !== prettyJson(held)) return false;
  if ((await pathKind(reportPath(dir))) !== "file") return false;
  if ((await hashFile(reportPath(dir))).sha256 !== held.report.sha256) return false;
  return (await findChanged(dir, held.report.from ?? {})) === null;
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

/**
 * The answers of one system that the report of a folder was made of; null where they are no longer what they were. What an
 * eval that did not finish has added since is not of this state, and stays out.
 */
export async function findAnswers(dir: string, system: string): Promise<Prediction[] | null> {
  const path = predictionsPath(dir, system);
  const name = relative(dir, path);
  const record = (await findState(dir))?.report.from?.[name];
  if (record === undefined) return readPredictions(path);
  if ((await findChanged(dir, { [name]: record })) !== null) return null;
  return readPredictions(path, record.bytes);
}

/** The same. @throws DataError `run-mixed` where they are no longer what they were. */
export async function readAnswers(dir: string, system: string): Promise<Prediction[]> {
  const answers = await findAnswers(dir, system);
  if (answers === null) throw mixed(predictionsPath(dir, system));
  return answers;
}

/**
 * The files that the report of a folder was made of; null where an earlier version made it and did not record them.
 * @throws DataError `run-mixed` where one of them is no longer what it was.
 */
export async function readFrom(dir: string): Promise<FileRecords | null> {
  const from = (await findState(dir))?.report.from;
  if (from === undefined) return null;
  const changed = await findChanged(dir, from);
  if (changed !== null) throw mixed(changed);
  return from;
}

function mixed(where: string): DataError {
  return new DataError(
    "this file was replaced or changed since the eval that state.json tells of",
    {
      code: "run-mixed",
      where,
      next: "Run the eval again; it keeps what was asked the same and asks for the rest.",
    },
  );
}
