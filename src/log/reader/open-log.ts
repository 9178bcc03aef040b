// From a `log` recipe to DuckDB tables: interactions("user", item, "time", rating, "row"), items(id, title, titles,
// year, genres, "text"), reviews("user", item, lang, "text"), with every unusable row counted and kept by file and line.

import type { DuckDBConnection } from "@duckdb/node-api";
import { DataError, UsageError } from "../../base/errors.ts";
import { hashFile } from "../../base/files.ts";
import type { Logger } from "../../base/logger.ts";
import { explainColumns } from "./explain-columns.ts";
import { readers } from "./index.ts";
import { findFiles, listNames, locateLog } from "./locate-log.ts";
import {
  explainDuckDB,
  type OpenDuckDB,
  openDuckDB,
  readRows,
  stopIfAborted,
} from "./open-duckdb.ts";
import { readStdin } from "./read-stdin.ts";
import { feedbackWithoutEvent, headOf } from "./read-tables.ts";
import { openRoom, sizeOf, spoolInput } from "./spill-room.ts";
import { sniffFormat } from "./table-format.ts";
import { makeTableSink } from "./table-sink.ts";
import type { TableSink } from "./table-sink.ts";
import { recordKinds } from "./types.ts";
import type { LogFile, LogReader, Redistribution, Reject, RejectReason } from "./types.ts";
import type { LogColumns, LogRecipe } from "./recipe.ts";

export type OpenLogOptions = {
  /** Folder that log.path is relative to. */
  baseDir: string;
  threads: number;
  memoryLimitMb?: number;
  /** Where DuckDB may spill. */
  tempDir?: string;
  signal: AbortSignal;
  log: Logger;
  /** Where `log.path: "-"` is read from; default the process's standard input. */
  stdin?: AsyncIterable<Uint8Array>;
  /** Size of the files from which DuckDB gets a bound on memory, and spills above it; default 256 MiB. */
  boundFromBytes?: number;
  /** Size from which DuckDB reads plain files by itself; default 1 MiB. */
  fastFromBytes?: number;
};

export type LogInput = { file: string; bytes: number; sha256: string };
/** Something worth telling about the log that cost no row. */
export type LogNote = { code: string; count: number; message: string };

export type OpenLog = {
  connection: DuckDBConnection;
  /** Another connection to the same tables. */
  connect(): Promise<DuckDBConnection>;
  /** Name of the reader. */
  reader: string;
  inputs: LogInput[];
  /** Kept rows by table; `read` counts the interaction records seen, rejected ones included. */
  counts: {
    read: number;
    interactions: number;
    items: number;
    reviews: number;
    rejected: Partial<Record<RejectReason, number>>;
  };
  /** Rejected rows, in input order. */
  rejects(): AsyncIterable<Reject>;
  notes: LogNote[];
  license: string | null;
  redistribution: Redistribution;
  /** Columns of tables that were given or guessed; null for a layout that has its own. */
  columns: LogColumns | null;
  /** The columns of each file, as it names them. */
  headers: { file: string; columns: string[] }[];
  hasTime: boolean;
  hasRating: boolean;
  /** Languages of the review texts ("" where the log does not say); empty without reviews. */
  hasReview: string[];
  close(): void;
};

const boundFromBytes = 64 * 2 ** 20;
const fastFromBytes = 2 ** 20;
/** Of DuckDB alone; the process takes some 300 MiB besides. */
const largeMemoryMb = 700;

/**
 * Reads a log into DuckDB: in memory, and where the files are large with a bound above which it spills.
 * @throws UsageError for a wrong path, format or column; DataError for an empty log and for too many unusable rows.
 */
export async function openLog(recipe: LogRecipe, options: OpenLogOptions): Promise<OpenLog> {
  const named = Object.values(recipe.columns ?? {}).flatMap((table) => table?.file ?? []);
  const room = await openRoom(options.tempDir);
  let duckdb: OpenDuckDB | null = null;
  const close = (): void => {
    duckdb?.close();
    room.close();
  };
  try {
    const files =
      recipe.path === "-"
        ? [await spoolInput(options.stdin ?? readStdin(), room, options.signal)]
        : await locateLog(recipe.path, options.baseDir, named);
    const reader = pickReader(recipe, files);
    const isLarge = (await sizeOf(files)) >= (options.boundFromBytes ?? boundFromBytes);
    duckdb = await openDuckDB({
      tempDir: room.path,
      ...(isLarge ? { memoryLimitMb: largeMemoryMb } : {}),
      ...(options.memoryLimitMb === undefined ? {} : { memoryLimitMb: options.memoryLimitMb }),
      threads: options.threads,
      signal: options.signal,
    });
    const { connection } = duckdb;
    const sink = await makeTableSink(connection);
    const outcome = await reader.read(
      {
        recipe,
        files,
        signal: options.signal,
        log: options.log,
        connection,
        fastFromBytes: options.fastFromBytes ?? fastFromBytes,
      },
      sink,
    );
    sink.finish();
    // A layout with columns of its own has no events.
    if (outcome.columns === null && recipe.feedback !== null) throw feedbackWithoutEvent();
    refuseRejects(sink, recipe.maxRejects);
    if (sink.counts.interactions.kept === 0) {
      throw new DataError(`the log has no interactions: ${recipe.path}`, {
        code: "log-empty",
        where: outcome.read[0] ?? "log.path",
        next: "Check log.path, and that the file holds rows below its header.",
      });
    }
    const read = files.filter((file) => outcome.read.includes(file.name));
    const [inputs] = await Promise.all([hashInputs(read), settleItems(connection, sink)]);
    stopIfAborted(options.signal);
    const { interactions, items, reviews } = sink.counts;
    return {
      connection,
      connect: () => duckdb!.connect(),
      reader: reader.name,
      inputs,
      counts: {
        read: interactions.kept + interactions.rejected,
        interactions: interactions.kept,
        items: items.kept,
        reviews: reviews.kept,
        rejected: sink.rejected,
      },
      rejects: () => readRejects(connection),
      notes: [...sink.notes].map(([code, note]) => ({ code, ...note })),
      license: outcome.license,
      redistribution: outcome.redistribution,
      columns: outcome.columns,
      headers: sink.headers,
      hasTime: outcome.hasTime,
      hasRating: outcome.hasRating,
      hasReview: [...sink.reviewLangs],
      close,
    };
  } catch (error) {
    close();
    throw explainFault(error, recipe.path);
  }
}

async function hashInputs(files: readonly LogFile[]): Promise<LogInput[]> {
  const inputs: LogInput[] = [];
  for (const file of files) inputs.push({ file: file.name, ...(await hashFile(file.path)) });
  return inputs;
}

function pickReader(recipe: LogRecipe, files: LogFile[]): LogReader {
  if (recipe.format !== "auto") return readers[recipe.format]!;
  // Only a log of named columns needs log.columns.
  if (recipe.columns !== null) {
    const main = findFiles(
      files,
      recipe.columns.interactions.file,
      "log.columns.interactions.file",
    );
    return readers[sniffFormat(main[0]!) ?? "csv"]!;
  }
  let best: LogReader | null = null;
  let bestScore = 0;
  for (const reader of Object.values(readers)) {
    const score = reader.detect(files);
    if (score > bestScore) [best, bestScore] = [reader, score];
  }
  if (best) return best;
  const heads = files
    .flatMap((file) => headOf(file, sniffFormat(file)))
    .filter(({ columns }) => columns.some((name) => name !== ""));
  throw new UsageError(`cannot tell the format of ${recipe.path}`, {
    code: "log-format-unknown",
    where: "log.format",
    next:
      heads.length > 0
        ? explainColumns(heads, heads[0]!.name)
        : `Name it: ${Object.keys(readers).join(", ")} (csv needs log.columns). Files there: ${listNames(files.map((f) => f.name))}`,
  });
}

function refuseRejects(sink: TableSink, maxRejects: number): void {
  for (const kind of recordKinds) {
    const { kept, rejected, firstReject: first } = sink.counts[kind];
    if (first === null || rejected <= maxRejects * (kept + rejected)) continue;
    const at = first.byte === undefined ? "" : ` at byte offset ${first.byte}`;
    const share = ((100 * rejected) / (kept + rejected)).toFixed(2);
    const reasons = Object.entries(sink.rejected).map(([reason, n]) => `${reason} ${n}`);
    throw new DataError(
      `${first.reason}${at}: ${JSON.stringify(first.text.slice(0, 120))}; ${rejected} of ${kept + rejected} ${kind} rows (${share}%) cannot be used (${reasons.join(", ")})`,
      {
        code: "log-too-many-rejects",
        where: `${first.file}:${first.line}`,
        next: `${advice[first.reason] ?? "Mend the rows"}, or raise log.maxRejects (now ${maxRejects}).`,
      },
    );
  }
}

const advice: Partial<Record<RejectReason, string>> = {
  "invalid-utf8": "Convert the file to UTF-8 (iconv -f ISO-8859-1 -t UTF-8 …)",
  "bad-time": "Times are UTC seconds or ISO 8601; check log.columns.interactions.time",
  "bad-rating": "Ratings are numbers; check log.columns.interactions.rating",
  "unknown-event": "Give the event a weight in log.feedback",
};

/** Keeps the first of items with the same id, and notes interactions whose item the log does not describe. */
async function settleItems(connection: DuckDBConnection, sink: TableSink): Promise<void> {
  if (sink.counts.items.kept === 0) return;
  // One question: each of four would wait for the one before.
  const count = async (): Promise<number[]> => {
    const rows = await readRows(
      connection,
      `SELECT count(DISTINCT id), count(*) FILTER (title IS NULL), count(*) FILTER (regexp_matches(title, '&(#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);')),
        (SELECT count(DISTINCT item) FROM interactions ANTI JOIN items ON interactions.item = items.id) FROM items`,
    );
    return rows[0]!.map(Number);
  };
  let counted = await count();
  const twins = sink.counts.items.kept - counted[0]!;
  if (twins > 0) {
    await connection.run(
      `DELETE FROM items WHERE "row" NOT IN (SELECT min("row") FROM items GROUP BY id)`,
    );
    sink.counts.items.kept -= twins;
    sink.notes.set("item-repeated", {
      count: twins,
      message: "item rows whose id came before; the first one is kept",
    });
    counted = await count();
  }
  const [, untitled, entities, unknown] = counted as [number, number, number, number];
  if (untitled > 0) {
    const message = "items without a title; their id stands in for it";
    sink.notes.set("item-untitled", { count: untitled, message });
  }
  if (entities > 0) {
    const message = "titles that hold HTML entities (&amp;), kept as they are";
    sink.notes.set("title-entities", { count: entities, message });
  }
  if (unknown > 0) {
    const message =
      "items of interactions that the items file lacks; their id stands in for the title";
    sink.notes.set("item-undescribed", { count: unknown, message });
  }
}

async function* readRejects(connection: DuckDBConnection): AsyncGenerator<Reject> {
  const pageRows = 10_000;
  for (let after = 0; ;) {
    const rows = await readRows(
      connection,
      `SELECT file, line, reason, "text", ordinal FROM rejects WHERE ordinal > ${after} ORDER BY ordinal LIMIT ${pageRows}`,
    );
    for (const [file, line, reason, text] of rows) {
      yield {
        file: String(file),
        line: Number(line),
        reason: reason as RejectReason,
        text: String(text),
      };
    }
    if (rows.length < pageRows) return;
    after = Number(rows.at(-1)![4]);
  }
}

function explainFault(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "EACCES" || code === "EISDIR" || code.startsWith("Z_") || code.startsWith("ZSTD_")) {
    return new DataError(`cannot read the log: ${(error as Error).message}`, {
      code: "log-unreadable",
      where: path,
      cause: error,
    });
  }
  return explainDuckDB(error);
}
