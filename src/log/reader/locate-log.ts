// From log.path to the files of the log. Remote paths are refused with the command that copies them; a missing path
// is answered with the nearest names beside it.

import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError, nearest } from "../../base/errors.ts";
import { pathKind, readStart } from "../../base/files.ts";
import { packedSuffix, unpackHead } from "./open-bytes.ts";
import type { LogFile } from "./types.ts";

const headBytes = 4096;

const copyCommands: { scheme: RegExp; command: (url: string) => string }[] = [
  { scheme: /^s3:\/\//i, command: (url) => `aws s3 cp --recursive ${url} ./log` },
  { scheme: /^gs:\/\//i, command: (url) => `gsutil cp -r ${url} ./log` },
  {
    scheme: /^hf:\/\//i,
    command: (url) => {
      const [, owner = "OWNER", name = "NAME"] =
        /^hf:\/\/(?:datasets\/)?([^/]+)\/([^/@]+)/i.exec(url) ?? [];
      return `hf download ${owner}/${name} --repo-type dataset --local-dir ./log`;
    },
  },
  { scheme: /^(https?|ftp):\/\//i, command: (url) => `curl -LO ${url}` },
  { scheme: /^(az|abfss?|wasbs?):\/\//i, command: (url) => `azcopy copy ${url} ./log --recursive` },
];

/**
 * The files of a log: of a folder all files in it but packed twins, and those in the subfolders of `named`, by code point;
 * of a file itself; of a pattern (`*` in the last part) the files that it matches.
 * @throws UsageError for remote paths, and for paths that do not exist.
 */
export async function locateLog(
  path: string,
  baseDir: string,
  named: string[] = [],
): Promise<LogFile[]> {
  for (const { scheme, command } of copyCommands) {
    if (scheme.test(path)) {
      throw new UsageError(`log.path is remote: ${path}`, {
        code: "log-path-remote",
        where: "log.path",
        next: `Copy it first, then point log.path to the copy: ${command(path)}`,
      });
    }
  }
  const full = resolve(baseDir, path);
  const kind = await pathKind(full);
  if (kind === "none" && basename(full).includes("*")) return locatePattern(path, full);
  if (kind === "none") throw missingPath(path, full, await namesIn(dirname(full)));
  if (kind === "file") return [{ name: basename(full), path: full, head: await readHead(full) }];
  const folders = new Set(["", ...named.map((name) => (name.includes("/") ? dirname(name) : ""))]);
  const names: string[] = [];
  for (const folder of [...folders].sort()) {
    names.push(
      ...(await namesIn(join(full, folder), "files")).map((name) =>
        folder ? `${folder}/${name}` : name,
      ),
    );
  }
  return Promise.all(
    withoutTwins(names, named).map(async (name) => ({
      name,
      path: join(full, name),
      head: await readHead(join(full, name)),
    })),
  );
}

/**
 * The files that a name of the recipe stands for, in code point order; `*` stands for any part of a name. A name
 * without `*` finds its packed twin as well.
 * @throws UsageError naming the nearest file where there is none.
 */
export function findFiles(files: LogFile[], name: string, where: string): LogFile[] {
  const pattern = namePattern(name, "packed");
  const exact = files.filter((f) => f.name === name);
  const found = exact.length > 0 ? exact : files.filter((f) => pattern.test(f.name));
  if (found.length > 0) return found;
  const near = nearest(
    name,
    files.map((f) => f.name),
  );
  throw new UsageError(`no file ${name} in the log`, {
    code: "log-file-missing",
    where,
    next: near ? `Did you mean ${near}?` : `Files there: ${listNames(files.map((f) => f.name))}`,
  });
}

/** What a name stands for in which `*` is any part of a name; "packed": its packed twins as well. */
export function namePattern(name: string, twins: "plain" | "packed" = "plain"): RegExp {
  const parts = name.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}${twins === "packed" ? "(\\.gz|\\.zstd?)?" : ""}$`, "s");
}

async function locatePattern(path: string, full: string): Promise<LogFile[]> {
  const folder = dirname(full);
  const pattern = namePattern(basename(full));
  const all = (await namesIn(folder, "files")).filter((name) => pattern.test(name));
  const names = withoutTwins(all, []);
  if (names.length === 0) throw missingPath(path, full, await namesIn(folder));
  return Promise.all(
    names.map(async (name) => ({
      name,
      path: join(folder, name),
      head: await readHead(join(folder, name)),
    })),
  );
}

function missingPath(path: string, full: string, beside: string[]): UsageError {
  const near = nearest(basename(full), beside);
  return new UsageError(`log.path does not exist: ${path}`, {
    code: "log-path-missing",
    where: "log.path",
    next: near
      ? `Did you mean ${join(dirname(path), near)}?`
      : `It is looked for at ${full}; the folder above it holds: ${listNames(beside)}`,
  });
}

/** "a, b, c and 4 more", or "nothing". */
export function listNames(names: string[]): string {
  if (names.length === 0) return "nothing";
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

/** Names in a folder, by code point; of files those that are not hidden. None where it cannot be read. */
export async function namesIn(folder: string, which: "files" | "all" = "all"): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const kept =
      which === "all"
        ? entries
        : entries.filter((e) => (e.isFile() || e.isSymbolicLink()) && !e.name.startsWith("."));
    return kept.map((e) => e.name).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  } catch {
    return [];
  }
}

/** A file that lies there packed as well is read once, unless the packed one is asked for by its name. */
function withoutTwins(names: string[], asked: readonly string[]): string[] {
  const held = new Set(names);
  return names.filter((name) => {
    const plain = name.replace(packedSuffix, "");
    return plain === name || !held.has(plain) || asked.includes(name);
  });
}

/** So much of a first line is looked at. */
const mostHeadBytes = 1 << 20;

async function readHead(path: string): Promise<string> {
  try {
    for (let bytes = headBytes; ; bytes *= 16) {
      const start = await readStart(path, bytes);
      const head = unpackHead(path, start).subarray(0, bytes);
      // The first line tells the columns: it is read to its end.
      const isWhole = start.length < bytes || bytes >= mostHeadBytes;
      if (isWhole || head.subarray(0, 4).toString() === "PAR1" || head.includes("\n"))
        return head.toString("latin1");
    }
  } catch {
    // A file that cannot be opened is reported when a reader asks for it.
    return "";
  }
}
