// What evaluating needs of a dataset folder, each part read when it is first asked for, and once.

import type { DatasetManifest } from "../../dataset/manifest.ts";
import type { Example, Show } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";
import { makeHistoryLikes, type HistoryLikes } from "../score/history-likes.ts";
import { loadExamples } from "./load-examples.ts";
import type { SuiteValue } from "./recipe.ts";

export type EvalData = {
  dir: string;
  manifest: DatasetManifest;
  show: Show;
  examples: () => Promise<Example[]>;
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
  const data: EvalData = {
    dir,
    manifest,
    show: history?.show ?? "title+rating",
    examples: once(() => loadExamples(dir, suite)),
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

/** Train interactions by user, and what of an example's history its user liked. */
export function factsOf(
  interactions: Interactions,
  liking: { catalog: Catalog; likedFrom: number },
): { userTrainCount: Map<string, number>; likes: HistoryLikes } {
  const { users, user, split } = interactions;
  const userTrainCount = new Map<string, number>();
  for (let r = 0; r < user.length; r++) {
    const id = users[user[r]!]!;
    if (split[r] === 0) userTrainCount.set(id, (userTrainCount.get(id) ?? 0) + 1);
  }
  return { userTrainCount, likes: makeHistoryLikes(interactions, liking) };
}

/** What `make` gives, made when it is first asked for. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let held: Promise<T> | undefined;
  return () => (held ??= make());
}
