// Parquet files through DuckDB's own reader, in file order. Struct members are dotted paths; moments become seconds.

import type { DuckDBConnection } from "@duckdb/node-api";
import { globless, sqlText, stopIfAborted } from "./open-duckdb.ts";
import type { RowsJob } from "./read-json-rows.ts";
import type { LogFile } from "./types.ts";

/** Streams the rows of a Parquet file; `line` is the row from 1. */
export async function readParquetRows(job: RowsJob): Promise<void> {
  const { connection, signal } = job.options;
  const from = `read_parquet(${sqlText(globless(job.file.path))})`;
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`);
  const types = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
  const wanted: string[] = [];
  const take = job.open([...types.keys()], (column) => {
    const expression = textOf(column, types, job.listSeparator);
    return expression === null ? undefined : wanted.push(expression) - 1;
  });
  const result = await connection.stream(
    `SELECT ${wanted.map((text) => `coalesce(${text}, '')`).join(", ")} FROM ${from}`,
  );
  let row = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    stopIfAborted(signal);
    const columns = wanted.map((_, c) => chunk.getColumnValues(c) as string[]);
    for (let r = 0; r < chunk.rowCount; r++)
      take(
        columns.map((column) => column[r]!),
        ++row,
      );
  }
}

/** The columns of a Parquet file. */
export async function parquetColumns(
  file: LogFile,
  connection: DuckDBConnection,
): Promise<string[]> {
  const described = await connection.runAndReadAll(
    `DESCRIBE SELECT * FROM read_parquet(${sqlText(globless(file.path))})`,
  );
  return described.getRows().map(([name]) => String(name));
}

/** SQL of a column's text; null where the file has no such column. */
function textOf(column: string, types: Map<string, string>, separator: string): string | null {
  const whole = types.get(column);
  const parts = whole === undefined ? column.split(".") : [column];
  const type = types.get(parts[0]!);
  if (type === undefined || (parts.length > 1 && !type.startsWith("STRUCT"))) return null;
  const name = parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(".");
  if (/^(TIMESTAMP|DATE)/.test(type))
    return `CAST(CAST(floor(epoch(${name})) AS BIGINT) AS VARCHAR)`;
  if (type.endsWith("[]"))
    return `array_to_string(CAST(${name} AS VARCHAR[]), ${sqlText(separator)})`;
  return type === "BLOB" ? `decode(${name})` : `CAST(${name} AS VARCHAR)`;
}
