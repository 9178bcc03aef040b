// The log readers, by the name that log.format gives them.

import { csvReader } from "./csv.ts";
import { movielensReader } from "./movielens.ts";
import type { LogReader } from "./types.ts";

export const readers: Readonly<Record<string, LogReader>> = {
  movielens: movielensReader,
  csv: csvReader,
};
