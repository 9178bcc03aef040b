// What a report was made of: how far each file of its run folder was read, and the hash of that. Predictions are only ever
// added to, so what a later eval appended can be told from what belongs to the report.

import { join, relative } from "node:path";
import { hashFile, pathKind } from "../../base/files.ts";

/** By path below the run folder. */
export type FileRecords = Record<string, FileRecord>;
type FileRecord = { bytes: number; sha256: string };

/** Files as they are now; those that do not exist are left out. */
export async function recordFiles(dir: string, files: readonly string[]): Promise<FileRecords> {
  const records: FileRecords = {};
  for (const file of files)
    if ((await pathKind(file)) === "file") records[relative(dir, file)] = await hashFile(file);
  return records;
}

/** The first file that no longer begins with what was recorded; null where all do. */
export async function findChanged(dir: string, records: FileRecords): Promise<string | null> {
  for (const [path, { bytes, sha256 }] of Object.entries(records)) {
    const file = join(dir, path);
    if ((await pathKind(file)) !== "file") return file;
    if ((await hashFile(file, bytes)).sha256 !== sha256) return file;
  }
  return null;
}
