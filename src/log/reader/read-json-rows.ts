// JSON lines (one object a line) as records of text fields. Columns may be dotted paths into objects; a key with a dot
// in its name comes first. Whole numbers too large for a double keep all their digits.

import { UsageError } from "../../base/errors.ts";
import { readLines } from "./read-lines.ts";
import type { LogFile, ReadOptions, RejectReason } from "./types.ts";

/** What the formats whose cells are values, not text, have in common. */
export type RowsJob = {
  file: LogFile;
  options: ReadOptions;
  listSeparator: string;
  /** Called once with the columns; `position` gives a column a place among the fields, or undefined. */
  open(
    names: string[],
    position: (column: string) => number | undefined,
  ): (fields: string[], line: number) => void;
  onBad(line: number, reason: RejectReason, text: string): void;
};

export type JsonObject = Record<string, unknown>;

/** Streams the objects of a file. Lines that hold none go to `onBad`; empty lines are skipped. */
export async function readJsonLines(
  job: { file: LogFile; options: ReadOptions; onBad: RowsJob["onBad"] },
  onObject: (object: JsonObject, line: number, text: string) => void,
  parse: (text: string) => unknown = parseJson,
): Promise<void> {
  const { file, options, onBad } = job;
  await readLines({ ...file, encoding: "utf8", signal: options.signal }, (raw, line, invalidAt) => {
    const text = raw.trim();
    if (text === "") return;
    if (invalidAt !== null) return onBad(line, "invalid-utf8", text);
    let value: unknown;
    try {
      value = parse(text);
    } catch {
      return onBad(line, "bad-json", text);
    }
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return onBad(line, "bad-json", text);
    onObject(value as JsonObject, line, text);
  });
}

const longDigits = /\d{16}/;

/** JSON, with numbers that a double cannot hold as their text. @throws SyntaxError */
export function parseJson(text: string): unknown {
  if (!longDigits.test(text)) return JSON.parse(text);
  return JSON.parse(text, ((_key: string, value: unknown, context: { source?: string }) =>
    typeof value === "number" && !Number.isSafeInteger(value) ? context.source : value) as never);
}

/** A value as the text of a cell: "" for null, list members joined. */
export function cellText(value: unknown, listSeparator: string): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (Array.isArray(value))
    return value.map((member) => cellText(member, listSeparator)).join(listSeparator);
  if (typeof value === "object") return JSON.stringify(value);
  return String(value as number | boolean | bigint);
}

/** Finds a dotted path in an object; undefined where it leads nowhere. */
export function valueAt(object: JsonObject, path: string, parts: string[]): unknown {
  if (parts.length === 1 || Object.hasOwn(object, path))
    return Object.hasOwn(object, path) ? object[path] : undefined;
  let value: unknown = object;
  for (const part of parts) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as JsonObject)[part];
  }
  return value;
}

export async function readJsonRows(job: RowsJob): Promise<void> {
  const wanted: { path: string; parts: string[]; seen: boolean }[] = [];
  let names: string[] = [];
  let take: ((fields: string[], line: number) => void) | null = null;
  await readJsonLines(job, (object, line) => {
    if (take === null) {
      names = Object.keys(object);
      // Objects need not have every key: a column is missing when no line has it.
      take = job.open(names, (path) => {
        wanted.push({ path, parts: path.split("."), seen: false });
        return wanted.length - 1;
      });
    }
    const fields = wanted.map((column) => {
      const value = valueAt(object, column.path, column.parts);
      if (value !== undefined) column.seen = true;
      return cellText(value, job.listSeparator);
    });
    take(fields, line);
  });
  const missing = wanted.find((column) => take !== null && !column.seen);
  if (missing) {
    throw new UsageError(`no line of ${job.file.name} has the key ${missing.path}`, {
      code: "log-column-missing",
      where: "log.columns",
      next: `Keys of its first line: ${names.slice(0, 20).join(", ")}`,
    });
  }
}
