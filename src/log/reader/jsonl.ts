// JSON lines, one object a line (packed with gzip or zstd or not); columns may be dotted paths: a log whose columns the recipe
// names, or whose columns have the names that logs commonly give them.

import { makeTableReader } from "./read-tables.ts";

export const jsonlReader = makeTableReader("jsonl");
