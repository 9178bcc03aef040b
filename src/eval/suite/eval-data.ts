// What evaluating needs of a dataset folder, each part read when it is first asked for, and once.

import type { DatasetManifest } from "../../dataset/manifest.ts";
import type { Example, Show } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";
import { makeHistoryLikes, type HistoryLikes } from "../score/history-likes.ts";
import { makeRowsBefore } from "../score/rows-before.ts";
import { loadExamples } from "./load-examples.ts";
import type { SuiteValue } from "./recipe.ts";

export type EvalData = {
  dir: string;
  manifest: DatasetManifest;
  show: Show;
  examples: () => Promise<Example[]>;
  /** The same of all users, whatever the suite's limit. */
  everyExample: () => Promise<Example[]>;
  /** Those of the validation split, for tuning baselines. */
  validation: () => Promise<Example[]>;
  catalog: () => Promise<Catalog>;
  interactions: () => Promise<Interactions>;
  /** The folds where several are asked, else the dataset alone; and the part that an example is of. */
  parts: readonly EvalData[];
  partOf: (example: string) => number;
};

/** The parts of a dataset, for one suite. */
export function openEvalData(dir: string, manifest: DatasetManifest, suite: SuiteValue): EvalData {
  const { history } = manifest.recipe as { history?: { show?: Show } };
  const { limit: _limit, ...everybody } = suite;
  const data: EvalData = {
    dir,
    manifest,
    show: history?.show ?? "title+rating",
    examples: once(() => loadExamples(dir, suite)),
    everyExample: once(() => loadExamples(dir, everybody)),
    validation: once(() => loadExamples(dir, suite, "validation")),
    // DuckDB is loaded only where something is read.
    catalog: once(async () => {
      const { loadCatalog } = await import("../../log/catalog/load-catalog.ts");
      return loadCatalog(dir);
    }),
    interactions: once(async () => {
      const { loadInteractions } = await import("../../log/split/load-interactions.ts");
      return loadInteractions(dir);
    }),
    parts: [],
    partOf: () => 0,
  };
  data.parts = [data];
  return data;
}

/** What an example's user had done before its target: how much, and what of the shown history they liked. */
export function factsOf(
  interactions: Interactions,
  liking: { catalog: Catalog; likedFrom: number },
): { historyLength: (example: Example) => number; likes: HistoryLikes } {
  const rowsBefore = makeRowsBefore(interactions);
  return {
    historyLength(example) {
      const { start, end } = rowsBefore(example);
      return end - start;
    },
    likes: makeHistoryLikes(interactions, liking),
  };
}

/** What `make` gives, made when it is first asked for. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let held: Promise<T> | undefined;
  return () => (held ??= make());
}
