// The catalog of a split: items that occur in kept interactions, by id.

import { readCatalogColumns } from "../catalog/load-catalog.ts";
import type { CatalogData } from "../catalog/catalog.ts";
import type { SplitLog } from "./split-log.ts";

/** Items in code point order of their ids, with how often train holds them. */
export function loadCatalogData(split: SplitLog): Promise<CatalogData> {
  return readCatalogColumns(split.connection, "catalog");
}
