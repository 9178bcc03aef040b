// The audit of examples that lie in files: the same findings as a build makes, and for a dataset folder whether its
// files are still what the manifest says.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { hashFile, pathKind } from "../base/files.ts";
import { DataError } from "../base/errors.ts";
import { loadFacts } from "./audit-facts.ts";
import { startAudit, type AuditReport } from "./audit/run-audit.ts";
import type { AuditOptions } from "./audit/types.ts";
import {
  listForeignFiles,
  readForeignExamples,
  type ForeignFile,
  type ForeignPatterns,
} from "./foreign-examples.ts";
import type { ForeignFormat } from "./foreign-rows.ts";
import { findManifest, type DatasetManifest } from "./manifest.ts";
import { readExamples } from "./read-examples.ts";

export type FileAudit = { examples: number; report: AuditReport };
/** A limit to judge lengths by. */
export type FileAuditOptions = Pick<AuditOptions, "maxTokens" | "countTokens">;

/**
 * Audits a dataset folder or files of examples.
 * @throws DataError for a path that does not exist, or a line that is no example.
 */
export async function auditFiles(path: string, asked: FileAuditOptions = {}): Promise<FileAudit> {
  const kind = await pathKind(path);
  if (kind === "none") throw noSuchPath(path);
  const manifest = kind === "folder" ? await findManifest(path) : null;
  const facts = kind === "folder" ? await loadFacts(path, manifest) : null;
  const audit = startAudit({ ...recipeOptions(manifest), ...facts?.options, ...asked }, "files");
  let examples = 0;
  for await (const found of readExamples(path)) {
    examples++;
    audit.see(facts === null ? found : facts.look(found));
  }
  const report = audit.result();
  if (manifest) report["files-changed"] = await checkOutputs(path, manifest);
  return { examples, report };
}

/**
 * Audits files, or folders of them, that other tools wrote: what their prompts tell without users and times.
 * @throws DataError for a record without the shape of `format`, or for a pattern that finds nothing in any prompt.
 */
export async function auditForeign(
  given: readonly ForeignFile[],
  format: ForeignFormat,
  patterns: ForeignPatterns,
  asked: FileAuditOptions = {},
): Promise<FileAudit> {
  const files = await listForeignFiles(given);
  // An item that was shown and asked for again may be meant; nothing in the file tells.
  const audit = startAudit({ repeats: "drop-target", ...asked }, "files");
  const found = { records: 0, parts: 0, items: 0, targets: 0 };
  for await (const seen of readForeignExamples(files, format, patterns)) {
    found.records++;
    if (seen.facts?.shown) found.parts++;
    found.items += seen.example.history.length;
    if (seen.example.item !== "") found.targets++;
    audit.see(seen);
  }
  const where = given.map(({ path }) => path).join(", ");
  const refuse = (flag: string): never => {
    throw new DataError(`${flag} finds nothing in any of ${found.records} prompts`, {
      code: "pattern-finds-nothing",
      where,
      next: "Patterns are JavaScript regular expressions; . does not match a line end, and group 1 is what counts.",
    });
  };
  if (found.records === 0) {
    throw new DataError("there is no record to audit", {
      code: "examples-missing",
      where,
      next: "Name files, or a folder of files, that end in .json or .jsonl (.gz, .zst).",
    });
  }
  if (patterns.likes ?? patterns.dislikes) {
    if (found.parts === 0) refuse("--likes or --dislikes");
    if (found.items === 0) refuse("--item");
  }
  if (patterns.target && found.targets === 0) refuse("--target");
  return { examples: found.records, report: audit.result() };
}

/** What a recipe says that findings judge by. */
function recipeOptions(manifest: DatasetManifest | null): AuditOptions {
  const recipe = manifest?.recipe as
    | { repeats?: AuditOptions["repeats"]; split?: { by?: string }; history?: { show?: string } }
    | undefined;
  const { by } = recipe?.split ?? {};
  return {
    repeats: recipe?.repeats ?? "drop-target",
    ...(by === undefined ? {} : { splitBy: by }),
    idsShown: ["ids", "title+id"].includes(recipe?.history?.show ?? ""),
  };
}

function noSuchPath(path: string): DataError {
  return new DataError("there is no such file or folder", {
    code: "examples-missing",
    where: path,
    next: "Name a dataset folder, a JSONL file of examples, or other files with --as FORMAT.",
  });
}

/** The finding `files-changed`: files of a dataset folder, or those named, beside what its manifest says of them. */
export async function checkOutputs(
  dir: string,
  manifest: DatasetManifest,
  names: readonly string[] = Object.keys(manifest.outputs),
): Promise<AuditReport[string]> {
  const changed: string[] = [];
  for (const name of names) {
    const sha256 = manifest.outputs[name]?.sha256;
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
