// A split's JSONL file as Parquet, through DuckDB with declared types, so that a column of nulls keeps its type. One
// thread and input order: the same examples give the same bytes.

import { DataError, RectuneError } from "../../base/errors.ts";
import { explainDuckDB, globless, openDuckDB, sqlText } from "../../log/reader/open-duckdb.ts";
import { duckdbTypes, exampleColumns } from "./columns.ts";

/**
 * Writes the examples of `from` (those of `tasks`, where given) to `to`; gives their number.
 * @throws DataError for lines that columns cannot hold, such as half a surrogate pair.
 */
export async function writeExamplesParquet(
  from: string,
  to: string,
  options: { tasks?: readonly string[]; signal: AbortSignal },
): Promise<number> {
  const types = exampleColumns.map(
    ({ name, kind }) => `${sqlText(name)}: ${sqlText(duckdbTypes[kind])}`,
  );
  const read = `read_json(${sqlText(globless(from))}, format = 'newline_delimited', maximum_object_size = 268435456,
    columns = {${types.join(", ")}})`;
  const { tasks } = options;
  const where = tasks === undefined ? "" : `WHERE task IN (${tasks.map(sqlText).join(", ")})`;
  const duckdb = await openDuckDB({ threads: 1, signal: options.signal });
  try {
    const names = exampleColumns.map(({ name }) => `"${name}"`).join(", ");
    const made = await duckdb.connection.runAndReadAll(
      `COPY (SELECT ${names} FROM ${read} ${where}) TO ${sqlText(to)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
    );
    return Number(made.getRows()[0]?.[0] ?? 0);
  } catch (error) {
    const known = explainDuckDB(error);
    if (known instanceof RectuneError) throw known;
    const [first] = String((error as Error).message).split("\n");
    throw new DataError(`the examples do not fit in columns: ${first}`, {
      code: "parquet-unwritable",
      where: from,
      next: "Export a format of lines, or mend the text that the message points at.",
      cause: error,
    });
  } finally {
    duckdb.close();
  }
}

/** Number of rows and names of the columns of a Parquet file. */
export async function readParquetShape(path: string): Promise<{ rows: number; columns: string[] }> {
  const duckdb = await openDuckDB({ threads: 1 });
  const table = `read_parquet(${sqlText(globless(path))})`;
  try {
    const { connection } = duckdb;
    const described = await connection.runAndReadAll(
      `SELECT column_name FROM (DESCRIBE SELECT * FROM ${table})`,
    );
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${table}`);
    return {
      rows: Number(counted.getRows()[0]![0]),
      columns: described.getRows().map(([name]) => String(name)),
    };
  } finally {
    duckdb.close();
  }
}
