// Arrow IPC, file and stream layout (and Feather 2, which is the file layout), through apache-arrow, batch by batch.
// Bodies may be packed with zstd; LZ4 is not read.

import { createReadStream } from "node:fs";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import {
  CompressionType,
  DataType,
  RecordBatchReader,
  Vector,
  compressionRegistry,
} from "apache-arrow";
import { DataError } from "../../base/errors.ts";
import { openBytes, packedSuffix } from "./open-bytes.ts";
import { stopIfAborted } from "./open-duckdb.ts";
import { cellText, type RowsJob } from "./read-json-rows.ts";
import type { LogFile } from "./types.ts";

compressionRegistry.set(CompressionType.ZSTD, {
  encode: (data) => zstdCompressSync(data),
  decode: (data) => zstdDecompressSync(data),
});

/** Streams the rows of an Arrow IPC file; `line` is the row from 1. @throws DataError for a file that is none. */
export async function readArrowRows(job: RowsJob): Promise<void> {
  const { file, options } = job;
  try {
    const bytes = packedSuffix.test(file.path) ? openBytes(file.path) : createReadStream(file.path);
    const reader = await RecordBatchReader.from(bytes);
    await reader.open();
    const { fields } = reader.schema;
    const names = fields.map((field) => field.name);
    const wanted: number[] = [];
    const take = job.open(names, (column) => {
      const at = names.indexOf(column);
      return at < 0 || names.includes(column, at + 1) ? undefined : wanted.push(at) - 1;
    });
    let row = 0;
    for await (const batch of reader) {
      stopIfAborted(options.signal);
      const columns = wanted.map((at) => batch.getChildAt(at)!);
      const perSecond = wanted.map((at) => ticksOf(fields[at]!.type));
      for (let r = 0; r < batch.numRows; r++) {
        take(
          columns.map((column, c) => textOf(column.get(r), perSecond[c]!, job.listSeparator)),
          ++row,
        );
      }
    }
  } catch (error) {
    if (error instanceof Error && "code" in error) throw error;
    throw new DataError(`not an Arrow IPC file that can be read: ${(error as Error).message}`, {
      code: "log-arrow",
      where: file.name,
      next: "Write it uncompressed or with zstd, or as Parquet.",
      cause: error,
    });
  }
}

/** The columns of an Arrow file; none where it cannot be read. */
export async function arrowColumns(file: LogFile): Promise<string[]> {
  try {
    const reader = await RecordBatchReader.from(createReadStream(file.path));
    await reader.open();
    const names = reader.schema.fields.map((field) => field.name);
    await reader.cancel();
    return names;
  } catch {
    return [];
  }
}

/** apache-arrow gives dates and timestamps as milliseconds, whatever their unit in the file. */
function ticksOf(type: DataType): number {
  return DataType.isTimestamp(type) || DataType.isDate(type) ? 1000 : 0;
}

function textOf(value: unknown, perSecond: number, separator: string): string {
  if (value === null || value === undefined) return "";
  if (perSecond > 0) return String(Math.floor(Number(value) / perSecond));
  if (value instanceof Vector) return cellText([...value], separator);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  return cellText(value, separator);
}
