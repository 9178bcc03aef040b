// One table of a log, of whatever format, to records of text fields. Each format finds its rows by a number that a user
// can look up: the line of a text file, the row of a Parquet or Arrow file, from 1.

import { DataError, UsageError, nearest } from "../../base/errors.ts";
import { listNames } from "./locate-log.ts";
import { textFault } from "./parse-field.ts";
import { readDelimited } from "./read-delimited.ts";
import { readJsonRows } from "./read-json-rows.ts";
import { readParquetRows } from "./read-parquet.ts";
import { tableFormatOf, type TableFormat } from "./table-format.ts";
import type { Header, OpenTable, TakeRecord } from "./take-columns.ts";
import type { LogFile, LogSink, ReadOptions, RecordKind, RejectReason } from "./types.ts";

export type TableJob = {
  kind: RecordKind;
  file: LogFile;
  options: ReadOptions;
  sink: LogSink;
  open: OpenTable;
  /** Format where the file's name does not say one. */
  format?: TableFormat;
  /** Joins the members of a list cell; default a bar. */
  listSeparator?: string;
};

/** Streams one table into the sink. @throws UsageError for a column that is not there, DataError for a broken file. */
export async function readTable(job: TableJob): Promise<void> {
  const format = tableFormatOf(job.file.name) ?? job.format ?? "csv";
  if (format === "csv" || format === "tsv") return readText(job, format === "csv" ? "," : "\t");
  const { kind, file, sink } = job;
  const onBad = (line: number, reason: RejectReason, text: string): void =>
    sink.reject(kind, { file: file.name, line, reason, text });
  // apache-arrow takes 70 ms to load, which logs of other formats need not wait for.
  const read =
    format === "arrow"
      ? (await import("./read-arrow.ts")).readArrowRows
      : { jsonl: readJsonRows, parquet: readParquetRows }[format];
  await read({
    file,
    options: job.options,
    listSeparator: job.listSeparator ?? "|",
    open(names, position) {
      sink.columns(file.name, names);
      const header = {
        position: (column: string, key: string) =>
          position(column) ?? missingColumn(file.name, names, column, key),
      };
      const take = job.open(header);
      return (fields, line) => {
        const reason = textFault(fields) ?? take(fields, line);
        if (reason !== null) onBad(line, reason, fields.join(","));
      };
    },
    onBad,
  });
}

async function readText(job: TableJob, separator: string): Promise<void> {
  const { kind, file, sink } = job;
  let take: TakeRecord | null = null;
  let width = 0;
  const reject = (line: number, reason: RejectReason, text: string): void =>
    sink.reject(kind, { file: file.name, line, reason, text });
  await readDelimited(
    {
      name: file.name,
      path: file.path,
      separator,
      quoting: "rfc4180",
      encoding: "utf8",
      signal: job.options.signal,
    },
    (fields, line) => {
      if (take === null) {
        width = fields.length;
        sink.columns(file.name, fields);
        take = job.open(headerOf(file.name, fields));
        return;
      }
      if (fields.length !== width) return reject(line, "wrong-field-count", fields.join(separator));
      const reason = take(fields, line);
      if (reason !== null) reject(line, reason, fields.join(separator));
    },
    (reason, line, text, invalidAt) => {
      // A wrong title would reach every prompt, and a wrong header every row: only data rows of a log may be dropped.
      if (invalidAt !== null && (take === null || kind === "items"))
        throw notUtf8(file.name, line, invalidAt);
      if (take === null) {
        throw new DataError(`the header line cannot be read: ${reason}`, {
          code: "log-header",
          where: `${file.name}:${line}`,
        });
      }
      const byte = invalidAt === null ? {} : { byte: invalidAt };
      sink.reject(kind, { file: file.name, line, reason, text, ...byte });
    },
  );
}

/** The error of a file in another encoding than UTF-8. */
export function notUtf8(name: string, line: number, offset: number): DataError {
  return new DataError(`not valid UTF-8 at byte offset ${offset}`, {
    code: "log-encoding",
    where: `${name}:${line}`,
    next: `Convert it, naming its encoding: iconv -f ISO-8859-1 -t UTF-8 ${name} > utf8-${name} (Korean files are often CP949)`,
  });
}

/** A header of named columns. */
export function headerOf(file: string, names: string[]): Header {
  return {
    position(column, key) {
      const position = names.indexOf(column);
      if (position >= 0 && names.indexOf(column, position + 1) < 0) return position;
      return missingColumn(file, names, column, key);
    },
  };
}

function missingColumn(file: string, names: string[], column: string, key: string): never {
  const twice = names.includes(column);
  const near = nearest(column, names);
  const what = twice
    ? `${file} has two columns named ${column}`
    : `${file} has no column ${column}`;
  throw new UsageError(what, {
    code: "log-column-missing",
    where: key,
    next: `${near && !twice ? `Did you mean ${near}? ` : ""}Its columns: ${listNames(names)}`,
  });
}
