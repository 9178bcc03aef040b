// JSON files of a job's folder that say by a run key whose they are: the record of a job, put in place once, and what a
// trainer leaves. One that is somebody else's, or broken, is an error and never an absent one.

import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { DataError } from "../../base/errors.ts";
import { syncFolder } from "../../base/files.ts";
import { prettyJson } from "../../base/json.ts";

/** Puts a file in place unless one is there: of two submits, one makes the job. */
export async function placeOnce(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.new`;
  await writeFile(beside, prettyJson(value), { flush: true });
  try {
    await link(beside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(beside, { force: true });
  }
}

/**
 * Reads a file of a run; null where there is none. `accept` gives the value in its type, or null where it has another
 * shape; `what` names the file in errors.
 * @throws DataError `job-record` for a file that is broken or of another run.
 */
export async function readKeyedFile<T extends { runKey: string }>(
  path: string,
  runKey: string,
  what: "record" | "result",
  accept: (value: unknown) => T | null,
): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // told below
  }
  const accepted = accept(value);
  if (accepted?.runKey === runKey) return accepted;
  throw new DataError(`this is not the ${what} of this job`, {
    code: "job-record",
    where: path,
    next: "Move the job's folder away and run the same command again.",
  });
}
