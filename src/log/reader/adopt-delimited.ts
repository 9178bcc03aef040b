// The fast way for large files of delimited interactions: DuckDB reads them, where that cannot differ from reading them
// line by line. A file with a quote, a carriage return, a NUL, a byte that is not UTF-8, or one field that needs a
// closer look is left to the slow way as a whole, so that both give the same rows and rejects.

import { open, type FileHandle } from "node:fs/promises";
import { checkDelimited, type DelimitedCheck, type DelimitedShape } from "./check-delimited.ts";
import { packedSuffix } from "./open-bytes.ts";
import { globless, sqlText, stopIfAborted } from "./open-duckdb.ts";
import type { Encoding } from "./read-lines.ts";
import { headerOf } from "./read-table.ts";
import { noteUnit } from "./read-times.ts";
import type { LogColumns } from "./recipe.ts";
import { headColumns, tableFormatOf, type TableFormat } from "./table-format.ts";
import type { LogFile, LogSink, ReadOptions } from "./types.ts";

type AdoptJob = {
  file: LogFile;
  options: ReadOptions;
  sink: LogSink;
  columns: LogColumns["interactions"];
  /** Format where the file's name does not say one. */
  format?: TableFormat;
  /** What the layout says itself: the names of a file without a header, what stands between fields, how it is encoded. */
  layout?: { names: string[]; separator: string; encoding: Encoding };
  /** The layout has times in seconds, whatever their size. */
  secondsOnly?: boolean;
};

/** Looked at before DuckDB begins: most files that are not plain show it here. */
const firstBytes = 1 << 16;
const blockBytes = 1 << 20;

/** Takes all interactions of a file at once; false, with nothing taken, where it has to be read line by line. */
export async function adoptDelimited(job: AdoptJob): Promise<boolean> {
  const { file, options, columns, layout } = job;
  const format = tableFormatOf(file.name) ?? job.format ?? "csv";
  if (!layout && format !== "csv" && format !== "tsv") return false;
  if (packedSuffix.test(file.path) || (columns.event !== undefined && columns.rating === undefined))
    return false;
  if (!file.head.includes("\n")) return false;
  const handle = await open(file.path, "r");
  try {
    if ((await handle.stat()).size < options.fastFromBytes) return false;
    const names = layout?.names ?? headColumns(file, format);
    const header = headerOf(file.name, names);
    const place = (key: "user" | "item" | "rating" | "time"): number | null => {
      const name = columns[key];
      return name === undefined ? null : header.position(name, `log.columns.interactions.${key}`);
    };
    const shape = {
      separator: layout?.separator ?? (format === "csv" ? "," : "\t"),
      encoding: layout?.encoding ?? "utf8",
      width: names.length,
      hasHeader: !layout,
      user: place("user")!,
      item: place("item")!,
      rating: place("rating"),
      time: place("time"),
    };
    return await adoptChecked(job, shape, names, handle);
  } finally {
    await handle.close();
  }
}

async function adoptChecked(
  { file, options, sink, layout, secondsOnly }: AdoptJob,
  shape: DelimitedShape,
  names: string[],
  handle: FileHandle,
): Promise<boolean> {
  const check = checkDelimited(shape);
  const look = startLook(handle, check, options);
  let state = await look(firstBytes);
  while (state === "more" && check.rows() === 0) state = await look(blockBytes);
  const unit = check.unit();
  if (state === "not-plain" || check.rows() === 0 || (unit > 0 && secondsOnly)) return false;
  const isPlain = async (): Promise<boolean> => {
    while (state === "more") state = await look(blockBytes);
    return state === "end";
  };
  const before = sink.taken();
  try {
    if (!(await sink.adopt(queryOf(file, shape, unit), isPlain()))) return false;
  } catch (error) {
    // What DuckDB cannot parse is for the slow way to name by its line; a stop is a stop.
    stopIfAborted(options.signal);
    if (/^(Invalid Input|Conversion) Error/.test((error as Error).message)) return false;
    throw error;
  }
  if (!layout) sink.columns(file.name, names);
  options.log.debug(`${file.name}: read by DuckDB`);
  if (unit > 0) noteUnit(sink, unit, sink.taken() - before);
  return true;
}

function queryOf(file: LogFile, shape: DelimitedShape, unit: number): string {
  const { user, item, rating, time } = shape;
  const types = Array.from({ length: shape.width }, (_, i) => `'c${i}': 'VARCHAR'`).join(", ");
  const seconds =
    time === null ? "NULL" : `CAST(c${time} AS BIGINT)${["", " // 1000", " // 1000000"][unit]}`;
  const value = rating === null ? "CAST(NULL AS DOUBLE)" : `CAST(c${rating} AS DOUBLE)`;
  // A window without an order counts rows as they come, which is as the file has them.
  return `SELECT c${user} AS "user", c${item} AS item, ${seconds} AS "time", ${value} AS rating, row_number() OVER () - 1 AS n FROM read_csv(${sqlText(globless(file.path))}, columns = {${types}}, auto_detect = false, header = false, skip = ${shape.hasHeader ? 1 : 0}, delim = ${sqlText(shape.separator)}, quote = '', escape = '', new_line = '\\n', null_padding = false)`;
}

type Look = "more" | "end" | "not-plain";

/** Reads on in a file, so many bytes at most, and checks the lines that they end. */
function startLook(
  handle: FileHandle,
  check: DelimitedCheck,
  options: ReadOptions,
): (bytes: number) => Promise<Look> {
  const buffer = Buffer.allocUnsafe(blockBytes);
  let held = 0;
  return async (bytes) => {
    const room = Math.min(bytes, buffer.length - held);
    // A line as long as the buffer is nothing for the fast way.
    if (room === 0) return "not-plain";
    const { bytesRead } = await handle.read(buffer, held, room);
    stopIfAborted(options.signal);
    const block = buffer.subarray(0, held + bytesRead);
    if (bytesRead === 0) return held === 0 || check.look(block) ? "end" : "not-plain";
    const cut = block.lastIndexOf(10) + 1;
    if (cut > 0 && !check.look(block.subarray(0, cut))) return "not-plain";
    held = block.copy(buffer, 0, cut);
    return "more";
  };
}
