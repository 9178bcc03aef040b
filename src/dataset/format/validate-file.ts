// Validates a training file against its format, streamed: what a service would refuse after the upload is found before.

import { stat } from "node:fs/promises";
import { readStart } from "../../base/files.ts";
import type { TokenCounter } from "../../base/token/count-tokens.ts";
import { hash64, makeHashTable } from "../audit/hash-table.ts";
import { readArrayRows, readLineRows } from "./read-rows.ts";
import { textsOf } from "./row-texts.ts";
import type { Format, FormatFinding, FormatLimits, Row } from "./types.ts";

export type FileCheck = {
  rows: number;
  bytes: number;
  /** At most `maxFindings` of lines, in line order; those of the whole file (line 0) last. */
  findings: FormatFinding[];
  /** All of them, by severity, also those that `findings` has no room for. */
  errors: number;
  notes: number;
};

export type ValidateOptions = {
  maxFindings?: number;
  /** Limits to hold the file against; default the format's own. */
  limits?: FormatLimits;
  /** Longest row, in tokens of the counter. */
  tokens?: { counter: TokenCounter; max: number };
};

/** Checks a file row by row. The file must exist; its content never makes this throw. */
export async function validateFile(
  path: string,
  format: Format,
  options: ValidateOptions = {},
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
  if (format.container === "parquet" || format.container === "arrow")
    await checkColumns(path, format, check, error);
  else await checkRows(path, format, options, check, add);

  const { minRows, maxRows, maxBytes, about } = options.limits ?? format.limits;
  if (check.rows === 0) error(0, "no-rows", "the file holds no rows");
  else if (minRows !== null && check.rows < minRows)
    error(0, "too-few-rows", `${check.rows} rows (${about})`);
  if (maxRows !== null && check.rows > maxRows)
    error(0, "too-many-rows", `${check.rows} rows (${about})`);
  if (maxBytes !== null && bytes > maxBytes) error(0, "too-big", `${bytes} bytes (${about})`);
  return check;
}

async function checkRows(
  path: string,
  format: Format,
  options: ValidateOptions,
  check: FileCheck,
  add: (finding: FormatFinding) => void,
): Promise<void> {
  const error = (line: number, code: string, message: string): void =>
    add({ line, code, severity: "error", message });
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const seen = makeHashTable();
  let variant: { name: string; line: number } | null = null;
  const isLines = format.container === "jsonl";
  if (!isLines && (await startsWithMark(path))) error(1, "byte-order-mark", markMessage);
  for await (const raw of isLines ? readLineRows(path) : readArrayRows(path)) {
    if ("code" in raw) {
      error(raw.line, raw.code, raw.message);
      continue;
    }
    const { line } = raw;
    let text: string;
    try {
      text = decoder.decode(raw.bytes);
    } catch {
      check.rows++;
      error(line, "not-utf8", "the line is no UTF-8 text");
      continue;
    }
    if (isLines && line === 1 && text.startsWith("\uFEFF")) {
      error(1, "byte-order-mark", markMessage);
      text = text.slice(1);
    }
    if (text.trim() === "") {
      error(line, "blank-line", "the line is blank");
      continue;
    }
    check.rows++;
    const row = parseRow(text, line, add);
    if (row !== null) {
      format.check(row, (code, message) => error(line, code, message));
      const own = format.variantOf?.(row) ?? "";
      variant ??= { name: own, line };
      if (own !== variant.name)
        error(
          line,
          "mixed-formats",
          `a row of ${own || "no"} shape after ${variant.name} in line ${variant.line}`,
        );
      checkLength(row, line, options, error);
    }
    if (seen.add(hash64(text.trim()), 1) !== 0)
      add({
        line,
        code: "duplicate-line",
        severity: "note",
        message: "the line repeats an earlier one",
      });
  }
}

const markMessage = "the file begins with a byte order mark; save it as UTF-8 without";

function parseRow(text: string, line: number, add: (finding: FormatFinding) => void): Row | null {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (error) {
    const message = `not JSON: ${(error as Error).message}`;
    add({ line, code: "not-json", severity: "error", message });
    return null;
  }
  if (row !== null && typeof row === "object" && !Array.isArray(row)) return row as Row;
  const message = "the line is no JSON object";
  add({ line, code: "not-an-object", severity: "error", message });
  return null;
}

function checkLength(
  row: Row,
  line: number,
  { tokens }: ValidateOptions,
  error: (line: number, code: string, message: string) => void,
): void {
  if (tokens === undefined) return;
  const { counter, max } = tokens;
  const lengths = textsOf(row).map((texts) =>
    texts.reduce((n, text) => n + counter.count(text), 0),
  );
  const longest = Math.max(...lengths);
  if (longest > max)
    error(
      line,
      "too-long",
      `${longest} tokens, without those of the chat template; ${max} are allowed (${counter.about})`,
    );
}

async function startsWithMark(path: string): Promise<boolean> {
  return (await readStart(path, 3)).equals(Buffer.from("\uFEFF"));
}

async function checkColumns(
  path: string,
  format: Format,
  check: FileCheck,
  error: (line: number, code: string, message: string) => void,
): Promise<void> {
  try {
    const shape =
      format.container === "parquet"
        ? await (await import("./write-parquet.ts")).readParquetShape(path)
        : await (await import("./arrow-batches.ts")).readArrowShape(path);
    check.rows = shape.rows;
    const row = Object.fromEntries(shape.columns.map((name) => [name, null]));
    format.check(row, (code, message) => error(0, code, message));
  } catch (cause) {
    const [first] = String((cause as Error).message).split("\n");
    error(0, `not-${format.container}`, `this is no ${format.name} file: ${first}`);
  }
}
