// A log of tables whose columns a recipe names or a guess finds: what csv, tsv, jsonl, parquet and arrow have in common.

import { UsageError } from "../../base/errors.ts";
import { adoptDelimited } from "./adopt-delimited.ts";
import { guessColumns, type TableHead } from "./guess-columns.ts";
import { explainColumns } from "./explain-columns.ts";
import { findFiles, namePattern } from "./locate-log.ts";
import { parquetColumns } from "./read-parquet.ts";
import { readTable } from "./read-table.ts";
import { makeTimeReader } from "./read-times.ts";
import type { LogColumns } from "./recipe.ts";
import { openInteractions, openItems, openReviews, type OpenTable } from "./take-columns.ts";
import { headColumns, sniffFormat, type TableFormat } from "./table-format.ts";
import type { LogFile, LogReader, LogSink, ReadOptions, ReadOutcome, RecordKind } from "./types.ts";

/** The reader of one format of tables. A file whose name says another format is read as that one. */
export function makeTableReader(format: TableFormat): LogReader {
  return {
    name: format,
    detect(files) {
      const mine = files.filter((file) => sniffFormat(file) === format);
      if (mine.length === 0) return 0;
      // Their columns stand at the end of the file, or in a form that only their library reads.
      if (format === "parquet" || format === "arrow") return 0.3;
      const heads = files.flatMap((file) => headOf(file, sniffFormat(file)));
      const guess = guessColumns(heads);
      if (guess === null) return 0;
      const pattern = namePattern(guess.interactions.file);
      return mine.some((file) => pattern.test(file.name)) ? 0.4 : 0;
    },
    async read(options, sink) {
      const columns = options.recipe.columns ?? (await guess(options, format, sink));
      return readColumns(columns, format, options, sink);
    },
  };
}

/** The columns of a text table, as its first line shows them. */
export const headOf = (file: LogFile, format: TableFormat | null): TableHead[] =>
  format === null ? [] : [{ name: file.name, columns: headColumns(file, format) }];

async function guess(
  options: ReadOptions,
  format: TableFormat,
  sink: LogSink,
): Promise<LogColumns> {
  const heads: TableHead[] = [];
  for (const file of options.files) {
    const held = sniffFormat(file) ?? (options.files.length === 1 ? format : null);
    if (held === "parquet")
      heads.push({ name: file.name, columns: await parquetColumns(file, options.connection) });
    else if (held === "arrow") {
      const { arrowColumns } = await import("./read-arrow.ts");
      heads.push({ name: file.name, columns: await arrowColumns(file) });
    } else heads.push(...headOf(file, held));
  }
  const columns = guessColumns(heads);
  if (columns === null) throw missingColumns(format, heads, options.files);
  const { interactions, items, reviews } = columns;
  const said = (table: string, map: object): string =>
    `${table} ${Object.entries(map)
      .map(([key, name]) => `${key}: ${typeof name === "string" ? name : JSON.stringify(name)}`)
      .join(", ")}`;
  const parts = [said("interactions", interactions)];
  if (items) parts.push(said("items", items));
  if (reviews) parts.push(said("reviews", reviews));
  sink.note("columns-guessed", `columns read by their names: ${parts.join("; ")}`);
  return columns;
}

async function readColumns(
  columns: LogColumns,
  format: TableFormat,
  options: ReadOptions,
  sink: LogSink,
): Promise<ReadOutcome> {
  const { interactions, items, reviews } = columns;
  const { feedback } = options.recipe;
  if (feedback !== null && interactions.event === undefined) throw feedbackWithoutEvent();
  const read = new Set<string>();
  const each = async (kind: RecordKind, name: string, open: OpenTable): Promise<void> => {
    for (const file of findFiles(options.files, name, `log.columns.${kind}.file`)) {
      read.add(file.name);
      const job = { kind, file, options, sink, open, format };
      if (kind === "interactions" && (await adoptDelimited({ ...job, columns: interactions })))
        continue;
      await readTable(items ? { ...job, listSeparator: items.genreSeparator } : job);
    }
  };
  const shared = { feedback, readTime: makeTimeReader(sink) };
  await each("interactions", interactions.file, (header) =>
    openInteractions(header, interactions, shared, sink),
  );
  if (items) await each("items", items.file, (header) => openItems(header, items, sink));
  if (reviews) await each("reviews", reviews.file, (header) => openReviews(header, reviews, sink));
  return {
    read: [...read],
    license: null,
    redistribution: "unknown",
    hasTime: interactions.time !== undefined,
    hasRating:
      interactions.rating !== undefined || (interactions.event !== undefined && feedback !== null),
    columns,
  };
}

/** The refusal of weights for events where the log has no column of events. */
export function feedbackWithoutEvent(): UsageError {
  return new UsageError("log.feedback needs log.columns.interactions.event", {
    code: "log-feedback-event",
    where: "log.feedback",
    next: "Name the column of events there, or leave log.feedback out.",
  });
}

function missingColumns(format: TableFormat, heads: TableHead[], files: LogFile[]): UsageError {
  return new UsageError(`a ${format} log needs log.columns`, {
    code: "log-columns-missing",
    where: "log.columns",
    next: explainColumns(heads, files[0]?.name ?? `ratings.${format}`),
  });
}
