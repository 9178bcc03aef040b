// Tab-separated values, quoted as CSV is (a header line; packed with gzip or zstd or not): a log whose columns the recipe
// names, or whose columns have the names that logs commonly give them.

import { makeTableReader } from "./read-tables.ts";

export const tsvReader = makeTableReader("tsv");
