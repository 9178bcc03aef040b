// Validates a training file against its format, streamed: what a service would refuse after the upload is found before.

import { stat } from "node:fs/promises";
import { hash64, makeHashTable } from "../audit/hash-table.ts";
import { readLines } from "./read-lines.ts";
import type { Format, FormatFinding } from "./types.ts";

export type FileCheck = {
  rows: number;
  bytes: number;
  /** At most `maxFindings` of lines, in line order; those of the whole file (line 0) last. */
  findings: FormatFinding[];
  /** All of them, by severity, also those that `findings` has no room for. */
  errors: number;
  notes: number;
};

/** Checks a file line by line. The file must exist; its content never makes this throw. */
export async function validateFile(
  path: string,
  format: Format,
  options: { maxFindings?: number } = {},
): Promise<FileCheck> {
  const { size: bytes } = await stat(path);
  const check: FileCheck = { rows: 0, bytes, findings: [], errors: 0, notes: 0 };
  const add = (finding: FormatFinding): void => {
    if (finding.severity === "error") check.errors++;
    else check.notes++;
    if (finding.line === 0 || check.findings.length < (options.maxFindings ?? 1000))
      check.findings.push(finding);
  };
  const error = (line: number, code: string, message: string): void =>
    add({ line, code, severity: "error", message });
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const seen = makeHashTable();
  let number = 0;
  for await (const raw of readLines(path)) {
    number++;
    let line: string;
    try {
      line = decoder.decode(raw);
    } catch {
      check.rows++;
      error(number, "not-utf8", "the line is no UTF-8 text");
      continue;
    }
    if (number === 1 && line.startsWith("\uFEFF")) {
      error(
        1,
        "byte-order-mark",
        "the file begins with a byte order mark; save it as UTF-8 without",
      );
      line = line.slice(1);
    }
    if (line.trim() === "") {
      error(number, "blank-line", "the line is blank");
      continue;
    }
    check.rows++;
    for (const finding of format.validate(line, number)) add(finding);
    if (seen.add(hash64(line.trim()), 1) !== 0) {
      const message = "the line repeats an earlier one";
      add({ line: number, code: "duplicate-line", severity: "note", message });
    }
  }
  const { minRows, maxBytes, about } = format.limits;
  if (check.rows === 0) error(0, "no-rows", "the file holds no rows");
  else if (minRows !== null && check.rows < minRows) {
    error(0, "too-few-rows", `${check.rows} rows (${about})`);
  }
  if (maxBytes !== null && bytes > maxBytes) error(0, "too-big", `${bytes} bytes (${about})`);
  return check;
}
