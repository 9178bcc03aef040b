// The log readers, by the name that log.format gives them; of several that know a folder, the surest reads it, and of
// equally sure ones the first.

import { amazonReader } from "./amazon.ts";
import { arrowReader } from "./arrow.ts";
import { csvReader } from "./csv.ts";
import { jsonlReader } from "./jsonl.ts";
import { movielensReader } from "./movielens.ts";
import { parquetReader } from "./parquet.ts";
import { recboleReader } from "./recbole.ts";
import { tsvReader } from "./tsv.ts";
import type { LogReader } from "./types.ts";
import { yelpReader } from "./yelp.ts";

export const readers: Readonly<Record<string, LogReader>> = {
  movielens: movielensReader,
  amazon: amazonReader,
  yelp: yelpReader,
  recbole: recboleReader,
  csv: csvReader,
  tsv: tsvReader,
  jsonl: jsonlReader,
  parquet: parquetReader,
  arrow: arrowReader,
};
