// CSV (RFC 4180, UTF-8, a header line; packed with gzip or zstd or not): a log whose columns the recipe
// names, or whose columns have the names that logs commonly give them.

import { makeTableReader } from "./read-tables.ts";

export const csvReader = makeTableReader("csv");
