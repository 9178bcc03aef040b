// The catalog out of DuckDB columns or a dataset's items.parquet.

import { join } from "node:path";
import { DuckDBListValue, DuckDBMapValue } from "@duckdb/node-api";
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { DataError } from "../../base/errors.ts";
import { pathKind } from "../../base/files.ts";
import { globless, openDuckDB } from "../reader/open-duckdb.ts";
import { makeCatalog } from "./catalog.ts";
import type { Catalog, CatalogData } from "./catalog.ts";

/**
 * The catalog of a dataset folder, from its items.parquet.
 * @throws DataError when the folder has none.
 */
export async function loadCatalog(datasetDir: string): Promise<Catalog> {
  const path = await requireDatasetFile(datasetDir, "items.parquet");
  const duckdb = await openDuckDB({ threads: 1 });
  try {
    const values = [globless(path)];
    return makeCatalog(await readCatalogColumns(duckdb.connection, "read_parquet($1)", values));
  } finally {
    duckdb.close();
  }
}

/** Path of a file of a dataset folder. @throws DataError when it is missing. */
export async function requireDatasetFile(datasetDir: string, name: string): Promise<string> {
  const path = join(datasetDir, name);
  if ((await pathKind(path)) === "file") return path;
  throw new DataError(`the dataset has no ${name}`, {
    code: "dataset-file-missing",
    where: datasetDir,
    next: "Build the dataset again (rectune build); `export` and `push` leave interactions out unless told otherwise.",
  });
}

/** Catalog columns of a table or table function with the columns of items.parquet. */
export async function readCatalogColumns(
  connection: DuckDBConnection,
  from: string,
  values: DuckDBValue[] = [],
): Promise<CatalogData> {
  const reader = await connection.runAndReadAll(
    `SELECT id, title, titles, coalesce(year, 0)::INTEGER, genres, "text", trainCount::INTEGER FROM ${from} ORDER BY id`,
    values,
  );
  const [ids, title, maps, year, genres, text, trainCount] = reader.getColumns();
  const size = ids?.length ?? 0;
  const titles: CatalogData["titles"] = {};
  for (let i = 0; i < size; i++) {
    const map = maps![i];
    if (!(map instanceof DuckDBMapValue)) continue;
    for (const { key, value } of map.entries) {
      const lang = String(key);
      titles[lang] ??= Array.from({ length: size }, () => null);
      titles[lang][i] = value === null ? null : String(value);
    }
  }
  return {
    ids: (ids ?? []).map(String),
    title: (title ?? []).map(String),
    titles,
    year: Int32Array.from(year ?? [], Number),
    genres: (genres ?? []).map((list) =>
      list instanceof DuckDBListValue ? list.items.map(String) : [],
    ),
    text: (text ?? []).map((value) => (value === null ? null : String(value))),
    trainCount: Int32Array.from(trainCount ?? [], Number),
  };
}
