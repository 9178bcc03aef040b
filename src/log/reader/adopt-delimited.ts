// The fast way for large files of delimited interactions: DuckDB reads them, where that cannot differ from reading them
// line by line. A file with a quote, a carriage return, a NUL, a byte that is not UTF-8, or one field that needs a
// closer look is left to the slow way as a whole, so that both give the same rows and rejects.

import { isAscii, isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { packedSuffix } from "./open-bytes.ts";
import { globless, readRows, sqlText, stopIfAborted } from "./open-duckdb.ts";
import { parseNumber } from "./parse-field.ts";
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

const mostRatings = 200;

/** Takes all interactions of a file at once; false, with nothing taken, where it has to be read line by line. */
export async function adoptDelimited(job: AdoptJob): Promise<boolean> {
  const { file, options, sink, columns, layout } = job;
  const format = tableFormatOf(file.name) ?? job.format ?? "csv";
  if (!layout && format !== "csv" && format !== "tsv") return false;
  if (packedSuffix.test(file.path) || (columns.event !== undefined && columns.rating === undefined))
    return false;
  if (!file.head.includes("\n") || !(await isPlain(file.path, layout?.encoding ?? "utf8", options)))
    return false;
  const names = layout?.names ?? headColumns(file, format);
  const header = headerOf(file.name, names);
  const field = (key: "user" | "item" | "rating" | "time"): string => {
    const name = columns[key];
    return name === undefined
      ? "NULL"
      : `c${header.position(name, `log.columns.interactions.${key}`)}`;
  };
  const { connection } = options;
  const types = names.map((_, i) => `'c${i}': 'VARCHAR'`).join(", ");
  const separator = layout?.separator ?? (format === "csv" ? "," : "\t");
  const rows = `SELECT ${field("user")} AS u, ${field("item")} AS i, ${field("rating")} AS r, ${field("time")} AS t FROM read_csv(${sqlText(globless(file.path))}, columns = {${types}}, auto_detect = false, header = false, skip = ${layout ? 0 : 1}, delim = ${sqlText(separator)}, quote = '', escape = '', new_line = '\\n', null_padding = false)`;
  try {
    const unit = await unitOf(connection, rows, columns);
    if (unit === null || (unit > 0 && job.secondsOnly)) return false;
    stopIfAborted(options.signal);
    if (!layout) sink.columns(file.name, names);
    const before = sink.taken();
    const time =
      columns.time === undefined
        ? "NULL"
        : `CAST(t AS BIGINT)${["", " // 1000", " // 1000000"][unit]}`;
    // A window without an order counts rows as they come, which is as the file has them.
    await sink.adopt(
      `SELECT u AS "user", i AS item, ${time} AS "time", CAST(r AS DOUBLE) AS rating, row_number() OVER () - 1 AS n FROM (${rows})`,
    );
    options.log.debug(`${file.name}: read by DuckDB`);
    if (unit > 0) noteUnit(sink, unit, sink.taken() - before);
    return true;
  } catch (error) {
    // What DuckDB cannot parse is for the slow way to name by its line; a stop is a stop.
    stopIfAborted(options.signal);
    if (/^(Invalid Input|Conversion) Error/.test((error as Error).message)) return false;
    throw error;
  }
}

/** The unit of the times (0 without times), or null where one row needs a closer look. */
async function unitOf(
  connection: DuckDBConnection,
  rows: string,
  columns: LogColumns["interactions"],
): Promise<number | null> {
  // First bytes from ! to ~ and Hangul syllables are no white space in anyone's book.
  const clear = (c: string): string =>
    `(${c} IS NOT NULL AND ((${c} >= '!' AND ${c} < chr(127)) OR (${c} >= '가' AND ${c} < '힣')))`;
  const time =
    columns.time === undefined
      ? "true"
      : "coalesce(CAST(TRY_CAST(t AS BIGINT) AS VARCHAR) = t, false)";
  const groups = await readRows(
    connection,
    `SELECT r, bool_and(${clear("u")} AND ${clear("i")} AND ${time}), min(TRY_CAST(t AS BIGINT)), max(TRY_CAST(t AS BIGINT)) FROM (${rows}) GROUP BY r LIMIT ${mostRatings + 1}`,
  );
  if (groups.length === 0 || groups.length > mostRatings) return null;
  let [first, last] = [Infinity, -Infinity];
  for (const [rating, isClear, low, high] of groups) {
    if (isClear !== true) return null;
    if (columns.rating !== undefined && parseNumber(String(rating)) === null) return null;
    [first, last] = [Math.min(first, Number(low)), Math.max(last, Number(high))];
  }
  if (columns.time === undefined) return 0;
  const bounds = [0, 1e11, 1e14, 1e17];
  const unit = bounds.findIndex((low, u) => first >= low && last < (bounds[u + 1] ?? low));
  return unit < 0 ? null : unit;
}

async function isPlain(path: string, encoding: Encoding, options: ReadOptions): Promise<boolean> {
  // DuckDB reads UTF-8, as which bytes of ISO-8859-1 beyond ASCII would be other letters.
  const isReadable = encoding === "utf8" ? isUtf8 : isAscii;
  const handle = await open(path, "r");
  try {
    if ((await handle.stat()).size < options.fastFromBytes) return false;
    const buffer = Buffer.allocUnsafe(1 << 22);
    let held = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, held, buffer.length - held);
      if (bytesRead === 0) return held === 0 || isReadable(buffer.subarray(0, held));
      const block = buffer.subarray(0, held + bytesRead);
      if (block.includes(34) || block.includes(13) || block.includes(0)) return false;
      const cut = block.lastIndexOf(10) + 1;
      // A line as long as the buffer is nothing for the fast way.
      if (cut === 0 || !isReadable(block.subarray(0, cut))) return false;
      held = block.copy(buffer, 0, cut);
      stopIfAborted(options.signal);
    }
  } finally {
    await handle.close();
  }
}
