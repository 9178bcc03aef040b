// Parquet files, read by DuckDB: a log whose columns the recipe
// names, or whose columns have the names that logs commonly give them.

import { makeTableReader } from "./read-tables.ts";

export const parquetReader = makeTableReader("parquet");
