// The sink of readers that fills DuckDB tables, in column chunks, with the ordinal of each record.

import {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  INTEGER,
  LIST,
  MAP,
  VARCHAR,
  listValue,
  mapValue,
} from "@duckdb/node-api";
import type { DuckDBAppender, DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import type { LogSink, RecordKind, Reject, RejectReason } from "./types.ts";

const chunkRows = 2048;
const maxRejectChars = 1000;

const tables = {
  interactions: {
    columns: `"user" VARCHAR, item VARCHAR, "time" BIGINT, rating DOUBLE, "row" BIGINT`,
  },
  items: {
    columns: `id VARCHAR, title VARCHAR, titles MAP(VARCHAR, VARCHAR), year INTEGER, genres VARCHAR[], "text" VARCHAR, "row" BIGINT`,
  },
  reviews: { columns: `"user" VARCHAR, item VARCHAR, lang VARCHAR, "text" VARCHAR, "row" BIGINT` },
  rejects: { columns: `file VARCHAR, line BIGINT, reason VARCHAR, "text" VARCHAR, ordinal BIGINT` },
} as const;

const types: Record<keyof typeof tables, DuckDBType[]> = {
  interactions: [VARCHAR, VARCHAR, BIGINT, DOUBLE, BIGINT],
  items: [VARCHAR, VARCHAR, MAP(VARCHAR, VARCHAR), INTEGER, LIST(VARCHAR), VARCHAR, BIGINT],
  reviews: [VARCHAR, VARCHAR, VARCHAR, VARCHAR, BIGINT],
  rejects: [VARCHAR, BIGINT, VARCHAR, VARCHAR, BIGINT],
};

export type KindCounts = { kept: number; rejected: number; firstReject: Reject | null };

export type TableSink = LogSink & {
  counts: Record<RecordKind, KindCounts>;
  rejected: Partial<Record<RejectReason, number>>;
  notes: Map<string, { count: number; message: string }>;
  headers: { file: string; columns: string[] }[];
  /** Languages of the reviews, in order of appearance. */
  reviewLangs: Set<string>;
  /** Writes what is buffered and closes the appenders. */
  finish(): void;
};

/** Creates the tables interactions, items, reviews and rejects, and a sink that fills them. */
export async function makeTableSink(connection: DuckDBConnection): Promise<TableSink> {
  const created = Object.entries(tables).map(
    ([name, { columns }]) => `CREATE TABLE ${name} (${columns});`,
  );
  await connection.run(created.join("\n"));
  const writers = {
    interactions: await makeWriter(connection, "interactions"),
    items: await makeWriter(connection, "items"),
    reviews: await makeWriter(connection, "reviews"),
    rejects: await makeWriter(connection, "rejects"),
  };
  const counts: Record<RecordKind, KindCounts> = {
    interactions: { kept: 0, rejected: 0, firstReject: null },
    items: { kept: 0, rejected: 0, firstReject: null },
    reviews: { kept: 0, rejected: 0, firstReject: null },
  };
  const ordinals: Record<RecordKind, number> = { interactions: 0, items: 0, reviews: 0 };
  const sink: TableSink = {
    counts,
    rejected: {},
    notes: new Map(),
    headers: [],
    reviewLangs: new Set(),
    interaction(user, item, time, rating) {
      counts.interactions.kept++;
      const { columns } = writers.interactions;
      columns[0]!.push(user);
      columns[1]!.push(item);
      columns[2]!.push(time === null ? null : BigInt(time));
      columns[3]!.push(rating);
      columns[4]!.push(BigInt(ordinals.interactions++));
      writers.interactions.endRow();
    },
    item(record) {
      counts.items.kept++;
      const { columns } = writers.items;
      columns[0]!.push(record.id);
      columns[1]!.push(record.title);
      columns[2]!.push(
        mapValue(Object.entries(record.titles).map(([key, value]) => ({ key, value }))),
      );
      columns[3]!.push(record.year);
      columns[4]!.push(listValue(record.genres));
      columns[5]!.push(record.text);
      columns[6]!.push(BigInt(ordinals.items++));
      writers.items.endRow();
    },
    review(user, item, lang, text) {
      counts.reviews.kept++;
      sink.reviewLangs.add(lang);
      const { columns } = writers.reviews;
      columns[0]!.push(user);
      columns[1]!.push(item);
      columns[2]!.push(lang);
      columns[3]!.push(text);
      columns[4]!.push(BigInt(ordinals.reviews++));
      writers.reviews.endRow();
    },
    reject(kind, reject) {
      const count = counts[kind];
      count.rejected++;
      count.firstReject ??= reject;
      sink.rejected[reject.reason] = (sink.rejected[reject.reason] ?? 0) + 1;
      const { columns } = writers.rejects;
      columns[0]!.push(reject.file);
      columns[1]!.push(BigInt(reject.line));
      columns[2]!.push(reject.reason);
      columns[3]!.push(reject.text.slice(0, maxRejectChars));
      columns[4]!.push(
        BigInt(counts.interactions.rejected + counts.items.rejected + counts.reviews.rejected),
      );
      ordinals[kind]++;
      writers.rejects.endRow();
    },
    note(code, message, count = 1) {
      const note = sink.notes.get(code);
      if (note) note.count += count;
      else sink.notes.set(code, { count, message });
    },
    columns: (file, names) => void sink.headers.push({ file, columns: names }),
    taken: () => counts.interactions.kept,
    async adopt(query, isSound) {
      writers.interactions.flush();
      const insert = `INSERT INTO interactions SELECT "user", item, "time", rating, n + ${ordinals.interactions} FROM (${query})`;
      const rows = await insertIf(connection, insert, isSound);
      ordinals.interactions += rows ?? 0;
      counts.interactions.kept += rows ?? 0;
      return rows !== null;
    },
    finish() {
      for (const writer of Object.values(writers)) writer.close();
    },
  };
  return sink;
}

/** Runs an insert that is kept only where `isSound` comes to true; gives its rows, or null. */
async function insertIf(
  connection: DuckDBConnection,
  insert: string,
  isSound: Promise<boolean>,
): Promise<number | null> {
  let isKept = false;
  const begun = connection.run("BEGIN TRANSACTION");
  const start = async () => {
    await begun;
    return connection.run(insert);
  };
  // What is not kept need not come to its end; an interrupt before the transaction stands would hit that.
  const interrupt = async (): Promise<void> => {
    await begun;
    connection.interrupt();
  };
  const stopUnsound = async (): Promise<boolean> => {
    const isKnown = await isSound.catch(async (error: unknown) => {
      await interrupt();
      throw error;
    });
    if (!isKnown) await interrupt();
    return isKnown;
  };
  try {
    const [inserted, sound] = await Promise.allSettled([start(), stopUnsound()]);
    if (sound.status === "rejected") throw sound.reason;
    if (!sound.value) return null;
    if (inserted.status === "rejected") throw inserted.reason;
    await connection.run("COMMIT");
    isKept = true;
    return inserted.value.rowsChanged;
  } finally {
    if (!isKept) await connection.run("ROLLBACK");
  }
}

type Writer = { columns: DuckDBValue[][]; endRow(): void; flush(): void; close(): void };

async function makeWriter(
  connection: DuckDBConnection,
  table: keyof typeof tables,
): Promise<Writer> {
  const appender: DuckDBAppender = await connection.createAppender(table);
  const chunk = DuckDBDataChunk.create(types[table], chunkRows);
  const columns: DuckDBValue[][] = types[table].map(() => []);
  const flush = (): void => {
    const rows = columns[0]!.length;
    if (rows === 0) return;
    chunk.reset();
    chunk.rowCount = rows;
    chunk.setColumns(columns);
    appender.appendDataChunk(chunk);
    for (const column of columns) column.length = 0;
  };
  return {
    columns,
    endRow() {
      if (columns[0]!.length === chunkRows) flush();
    },
    flush() {
      flush();
      appender.flushSync();
    },
    close() {
      flush();
      appender.closeSync();
    },
  };
}
