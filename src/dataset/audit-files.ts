// The audit of examples that lie in files: the same findings as a build makes, and for a dataset folder whether its
// files are still what the manifest says.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { hashFile, pathKind } from "../base/files.ts";
import { DataError } from "../base/errors.ts";
import { loadCatalog } from "../log/catalog/load-catalog.ts";
import { loadInteractions } from "../log/split/load-interactions.ts";
import { startAudit, type AuditReport } from "./audit/run-audit.ts";
import { findManifest, type DatasetManifest } from "./manifest.ts";
import { readExamples } from "./read-examples.ts";

export type FileAudit = { examples: number; report: AuditReport };

/**
 * Audits a dataset folder or a file of examples.
 * @throws DataError for a path that does not exist, or a line that is no example.
 */
export async function auditFiles(path: string): Promise<FileAudit> {
  const kind = await pathKind(path);
  if (kind === "none") {
    throw new DataError("there is no such file or folder", {
      code: "examples-missing",
      where: path,
      next: "Name a dataset folder, or a JSONL file of examples.",
    });
  }
  const manifest = kind === "folder" ? await findManifest(path) : null;
  const recipe = manifest?.recipe as { repeats?: "keep" | "drop-target" } | undefined;
  const audit = startAudit({ repeats: recipe?.repeats ?? "drop-target" });
  const timesOf = kind === "folder" ? await loadTimes(path) : null;
  let examples = 0;
  for await (const { example, split } of readExamples(path)) {
    examples++;
    const times = timesOf?.(example.user, example.history);
    audit.see({ example, split, ...(times ? { historyTimes: times } : {}) });
  }
  const report = audit.result();
  if (manifest) report["files-changed"] = await checkOutputs(path, manifest);
  return { examples, report };
}

/** The times of a user's items; the earliest one where an item stands twice. Null without interactions.parquet. */
async function loadTimes(
  dir: string,
): Promise<((user: string, items: readonly string[]) => number[] | null) | null> {
  if (!existsSync(join(dir, "interactions.parquet"))) return null;
  const catalog = await loadCatalog(dir);
  const { users, user, item, time } = await loadInteractions(dir);
  if (time.length === 0 || Number.isNaN(time[0]!)) return null;
  const byUser = users.map(() => new Map<number, number>());
  for (let r = 0; r < user.length; r++) {
    const held = byUser[user[r]!]!;
    if (!held.has(item[r]!)) held.set(item[r]!, time[r]!);
  }
  const positions = new Map(users.map((id, i) => [id, i]));
  return (id, items) => {
    const held = byUser[positions.get(id) ?? -1];
    if (!held) return null;
    // An item the user never touched says nothing of time; it must not pass for the future.
    return items.map((name) => held.get(catalog.indexOf(name)) ?? -Infinity);
  };
}

async function checkOutputs(dir: string, manifest: DatasetManifest): Promise<AuditReport[string]> {
  const changed: string[] = [];
  for (const [name, { sha256 }] of Object.entries(manifest.outputs)) {
    const path = join(dir, name);
    if (!existsSync(path) || (await hashFile(path)).sha256 !== sha256) changed.push(name);
  }
  return {
    about: "a file of the folder is not the one that was built",
    severity: changed.length === 0 ? null : "error",
    count: changed.length,
    examples: changed.slice(0, 5),
    value: null,
    message:
      changed.length === 0
        ? "all files are as they were built"
        : `${changed.length} files differ from the manifest`,
  };
}
