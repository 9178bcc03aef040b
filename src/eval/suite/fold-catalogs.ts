// The catalog that an example is judged by: of several folds, with the train counts of its own. What is rare in one fold's
// train, or new to it, may be common in another's.

import { makeCatalog, type Catalog } from "../../log/catalog/catalog.ts";
import type { EvalData } from "./eval-data.ts";

/** The catalog of the data, by example id; of several folds one each, all with the same items at the same indices. */
export async function readFoldCatalogs(data: EvalData): Promise<(example: string) => Catalog> {
  const joined = await data.catalog();
  if (data.parts.length === 1) return () => joined;
  const catalogs: Catalog[] = [];
  for (const part of data.parts) {
    const own = await part.catalog();
    const counts = joined.data.ids.map((id) => own.data.trainCount[own.indexOf(id)] ?? 0);
    catalogs.push(makeCatalog({ ...joined.data, trainCount: Int32Array.from(counts) }));
  }
  return (example) => catalogs[data.partOf(example)]!;
}
