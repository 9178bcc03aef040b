import { expect, test } from "vitest";
import type { EvalData } from "../../../../src/eval/suite/eval-data.ts";
import { readFoldCatalogs } from "../../../../src/eval/suite/fold-catalogs.ts";
import { makeCatalog, type Catalog } from "../../../../src/log/catalog/catalog.ts";
import { makeTestCatalog } from "../fixture.ts";

const { data } = makeTestCatalog();
const partOf = (id: string): number => Number(id === "b");
const foldOf = (catalog: Catalog): EvalData =>
  ({ catalog: async () => catalog, partOf }) as unknown as EvalData;

test("each fold counts its own train, with the first one's items at their indices", async () => {
  const first = makeCatalog(data);
  // The second has its own order, and has never seen the last item.
  const ids = data.ids.slice(0, -1).toReversed();
  const trainCount = Int32Array.from(ids, (id) => Number(id.slice(1)));
  const parts = [foldOf(first), foldOf(makeCatalog({ ...data, ids, trainCount }))];
  const catalogOf = await readFoldCatalogs({ ...parts[0]!, parts });
  const counts = (example: string): number[] => [...catalogOf(example).data.trainCount];
  expect(counts("a")).toEqual([...data.trainCount]);
  expect(counts("b")).toEqual(data.ids.map((_, i) => (i === 23 ? 0 : i)));
  expect(catalogOf("b").data.ids).toEqual(data.ids);
});

test("without folds it is the dataset's own", async () => {
  const catalog = makeCatalog(data);
  const whole = foldOf(catalog);
  expect((await readFoldCatalogs({ ...whole, parts: [whole] }))("a")).toBe(catalog);
});
