// What a log reader is: it finds its own layout in a folder and pours records into a sink, in file order.

import type { DuckDBConnection } from "@duckdb/node-api";
import type { Logger } from "../../base/logger.ts";
import type { LogColumns, LogRecipe } from "./recipe.ts";

/** A file of the log: `name` relative to the log's folder, `path` to open it, `head` its first bytes as Latin-1. */
export type LogFile = { name: string; path: string; head: string };

export type ItemRecord = {
  id: string;
  /** Null where the log gives none; the id stands in. */
  title: string | null;
  titles: Record<string, string>;
  /** Null where unknown. */
  year: number | null;
  genres: string[];
  text: string | null;
};

/** The tables that records and rejects belong to. */
export const recordKinds = ["interactions", "items", "reviews"] as const;
export type RecordKind = (typeof recordKinds)[number];

/** Why a row cannot be used; stable names, shown in reports. */
export type RejectReason =
  | "missing-user"
  | "missing-item"
  | "missing-time"
  | "bad-rating"
  | "bad-time"
  | "unknown-event"
  | "wrong-field-count"
  | "bad-quotes"
  | "bad-json"
  | "nul-byte"
  | "invalid-utf8";

export type Reject = {
  file: string;
  /** 1-based. */
  line: number;
  reason: RejectReason;
  /** The fields of the row with its separator between them; the raw line where it has no fields. */
  text: string;
  /** Offset in the file of the first byte that is not UTF-8. */
  byte?: number;
};

/** Where readers pour what they read. Calls are synchronous and in input order; every call takes one row ordinal. */
export type LogSink = {
  /** `time` in UTC seconds. */
  interaction(user: string, item: string, time: number | null, rating: number | null): void;
  item(record: ItemRecord): void;
  /** `lang` is "" where the log does not say. */
  review(user: string, item: string, lang: string, text: string): void;
  /** A row that cannot be used; `line` is 1-based. Takes an ordinal too, so that `row` still counts input records. */
  reject(kind: RecordKind, reject: Reject): void;
  /** Something worth telling that costs no row; `count` rows of it. */
  note(code: string, message: string, count?: number): void;
  /** Names of the columns of a file, as it has them. */
  columns(file: string, names: string[]): void;
  /**
   * Takes all rows of a query with the columns "user", item, "time" (BIGINT), rating (DOUBLE) and n (0, 1, …: their
   * order) as interactions, without a look at each; a null is one. While the query runs, `isSound` is found out: where it
   * comes to false, nothing is taken and the answer is false.
   */
  adopt(query: string, isSound: Promise<boolean>): Promise<boolean>;
  /** Interactions taken so far. */
  taken(): number;
};

export type ReadOptions = {
  recipe: LogRecipe;
  files: LogFile[];
  signal: AbortSignal;
  log: Logger;
  /** For readers that let DuckDB open a file. */
  connection: DuckDBConnection;
  /** Size from which plain files are read by DuckDB itself; a test sets it to 0. */
  fastFromBytes: number;
};

/** May data made from the log be passed on? */
export type Redistribution = "allowed" | "forbidden" | "unknown";

/** What a reader says of the log besides its records. */
export type ReadOutcome = {
  /** Names of the files that were read. */
  read: string[];
  license: string | null;
  redistribution: Redistribution;
  hasTime: boolean;
  hasRating: boolean;
  /** Columns that were given or guessed; null for a layout that has its own. */
  columns: LogColumns | null;
};

export type LogReader = {
  name: string;
  /** How sure the reader is that the folder is of its layout: 0 (no) to 1. */
  detect(files: LogFile[]): number;
  read(options: ReadOptions, sink: LogSink): Promise<ReadOutcome>;
};
