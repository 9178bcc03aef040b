// Which format of tables a file has, by its name and by its first bytes, and the column names that its head shows.

import { packedSuffix } from "./open-bytes.ts";
import type { LogFile } from "./types.ts";

export type TableFormat = "csv" | "tsv" | "jsonl" | "parquet" | "arrow";

const byEnd: Record<string, TableFormat> = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "jsonl",
  parquet: "parquet",
  pq: "parquet",
  arrow: "arrow",
  arrows: "arrow",
  ipc: "arrow",
  feather: "arrow",
};

/** The format that a file's name says, packed or not; null where it says none. */
export function tableFormatOf(name: string): TableFormat | null {
  const end = /\.([a-z]+)$/i.exec(name.replace(packedSuffix, ""))?.[1]?.toLowerCase() ?? "";
  return byEnd[end] ?? null;
}

/** The format of a file by its name, else by its head; null for a file that looks like no table. */
export function sniffFormat({ name, head }: LogFile): TableFormat | null {
  const named = tableFormatOf(name);
  if (named !== null) return named;
  if (head.startsWith("PAR1")) return "parquet";
  if (head.startsWith("ARROW1") || head.startsWith("\xff\xff\xff\xff")) return "arrow";
  if (head.startsWith("{")) return "jsonl";
  const line = head.split(/\r?\n/, 1)[0] ?? "";
  if (line.includes("\t")) return "tsv";
  return line.includes(",") ? "csv" : null;
}

/** Fields of one line of CSV, as they are written: a comma inside quotes is part of its field. */
function splitQuoted(line: string): string[] {
  return Array.from(`,${line}`.matchAll(/,("(?:[^"]|"")*"|[^,]*)/g), ([, field]) => field!);
}

/** Column names as the head of a text table shows them; none for other formats. */
export function headColumns(file: LogFile, format: TableFormat): string[] {
  const utf8 = Buffer.from(file.head, "latin1")
    .toString("utf8")
    .replace(/^\ufeff/, "");
  const line = utf8.split(/\r?\n/, 1)[0] ?? "";
  if (format === "csv" || format === "tsv") {
    const names = format === "csv" ? splitQuoted(line) : line.split("\t");
    return names.map((name) => name.replace(/^"(.*)"$/s, "$1").replaceAll('""', '"'));
  }
  if (format !== "jsonl" || !line.startsWith("{")) return [];
  try {
    return Object.keys(JSON.parse(line) as object);
  } catch {
    // A line longer than the head: the keys that can be seen, inner ones included.
    return [...line.matchAll(/"([^"\\]+)"\s*:/g)].map(([, key]) => key!);
  }
}
