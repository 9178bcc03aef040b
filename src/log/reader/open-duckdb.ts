// DuckDB as the log floor uses it: in memory, spilling to a given folder, no extension downloads, and an abort signal
// that interrupts the running statement.

import { DuckDBInstance } from "@duckdb/node-api";
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { InterruptedError, RectuneError } from "../../base/errors.ts";

export type DuckDBOptions = {
  threads: number;
  memoryLimitMb?: number;
  tempDir?: string;
  signal?: AbortSignal;
};

/** A connection and the call that releases its instance. */
export type OpenDuckDB = {
  connection: DuckDBConnection;
  /** Another connection, for a statement beside those of the first; it sees the same tables and goes with them. */
  connect(): Promise<DuckDBConnection>;
  close(): void;
};

const common = {
  autoinstall_known_extensions: "false",
  preserve_insertion_order: "true",
};

let ahead: Promise<DuckDBInstance> | null = null;

/** Begins to make an instance, which the next `openDuckDB` takes: it takes 15 ms of another thread. */
export function openDuckDBAhead(): void {
  ahead ??= DuckDBInstance.create(":memory:", common);
  // Whoever takes it learns of a failure.
  ahead.catch(() => {});
}

export async function openDuckDB(options: DuckDBOptions): Promise<OpenDuckDB> {
  const config: Record<string, string> = { threads: String(Math.max(1, options.threads)) };
  if (options.memoryLimitMb !== undefined) config["memory_limit"] = `${options.memoryLimitMb}MB`;
  if (options.tempDir !== undefined) config["temp_directory"] = options.tempDir;
  const taken = ahead;
  ahead = null;
  const instance = await (taken ?? DuckDBInstance.create(":memory:", { ...config, ...common }));
  const connection = await instance.connect();
  if (taken !== null) {
    const settings = Object.entries(config).map(
      ([name, value]) => `SET ${name} = ${sqlText(value)};`,
    );
    await connection.run(settings.join("\n"));
  }
  const connections = [connection];
  const interrupt = (): void => connections.forEach((each) => each.interrupt());
  options.signal?.addEventListener("abort", interrupt);
  return {
    connection,
    async connect() {
      const other = await instance.connect();
      connections.push(other);
      return other;
    },
    close() {
      options.signal?.removeEventListener("abort", interrupt);
      for (const each of connections) each.closeSync();
      instance.closeSync();
    },
  };
}

/** Rows of a small query, as arrays; BIGINT comes as bigint. */
export async function readRows(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = [],
): Promise<DuckDBValue[][]> {
  return (await connection.runAndReadAll(sql, values)).getRows();
}

/** The one number of a query. */
export async function readNumber(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = [],
): Promise<number> {
  const rows = await readRows(connection, sql, values);
  return Number(rows[0]?.[0] ?? 0);
}

/** A text as an SQL literal, for statements that take no parameters (COPY … TO). */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** DuckDB takes a path for a pattern; a path with its marks is spelled so that it means itself. */
export function globless(path: string): string {
  return path.replaceAll(/[*?[]/g, (mark) => `[${mark}]`);
}

/** What DuckDB's own errors mean to a user; other errors are returned as they are. */
export function explainDuckDB(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof RectuneError) return error;
  if (error.message.startsWith("INTERRUPT Error")) {
    return new InterruptedError("stopped while the log was read", {
      code: "interrupted",
      cause: error,
    });
  }
  if (error.message.startsWith("Out of Memory Error")) {
    return new RectuneError("the log does not fit in the memory that DuckDB may use", {
      code: "log-memory",
      next: "Raise the memory limit, sample with filter.sampleUsers, or free space where DuckDB spills.",
      cause: error,
    });
  }
  return error;
}

/** Throws the error of a polite stop when the signal is aborted. */
export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted)
    throw new InterruptedError("stopped before the log was read", { code: "interrupted" });
}
