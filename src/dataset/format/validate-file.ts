// Validates a training file against its format, streamed: what a service would refuse after the upload is found before.

import { isUtf8 } from "node:buffer";
import { stat } from "node:fs/promises";
import { readStart } from "../../base/files.ts";
import type { TokenCounter } from "../../base/token/count-tokens.ts";
import { hashBytes, makeHashTable, type Halves, type HashTable } from "../audit/hash-table.ts";
import { readArrayRows, readLineRows, type RawRow } from "./read-rows.ts";
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
  const isLines = format.container === "jsonl";
  const row = startRowCheck(format, options, check, add);
  if (!isLines && (await startsWithMark(path))) row.error(1, "byte-order-mark", markMessage);
  for await (const block of isLines ? readLineRows(path) : readArrayRows(path)) {
    for (const raw of block) {
      if ("code" in raw) row.error(raw.line, raw.code, raw.message);
      else row.check(raw, isLines);
    }
  }
}

function startRowCheck(
  format: Format,
  options: ValidateOptions,
  check: FileCheck,
  add: (finding: FormatFinding) => void,
) {
  const error = (line: number, code: string, message: string): void =>
    add({ line, code, severity: "error", message });
  const seen = makeHashTable();
  let variant: { name: string; line: number } | null = null;
  const checkRow = ({ line, bytes }: RawRow, isLine: boolean): void => {
    if (!isUtf8(bytes)) {
      check.rows++;
      error(line, "not-utf8", "the line is no UTF-8 text");
      return;
    }
    const whole = bytes.toString("utf8");
    const isMarked = isLine && line === 1 && whole.startsWith("\uFEFF");
    if (isMarked) error(1, "byte-order-mark", markMessage);
    const text = isMarked ? whole.slice(1) : whole;
    const trimmed = text.trim();
    if (trimmed === "") {
      error(line, "blank-line", "the line is blank");
      return;
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
    if (!isNew(seen, trimmed.length === whole.length ? bytes : Buffer.from(trimmed)))
      add({
        line,
        code: "duplicate-line",
        severity: "note",
        message: "the line repeats an earlier one",
      });
  };
  return { check: checkRow, error };
}

const halves: Halves = { low: 0, high: 0 };

function isNew(seen: HashTable, text: Buffer): boolean {
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  hashBytes(view, 0, text.length, halves);
  return seen.addHalves(halves.low, halves.high, 1) === 0;
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
