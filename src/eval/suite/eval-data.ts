// What evaluating needs of a dataset folder, each part read when it is first asked for, and once.

import type { DatasetManifest } from "../../dataset/manifest.ts";
import type { Example, Show } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";
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

/** Train interactions by user, and whether a user liked an item by what they rated before the test target. */
export function factsOf(
  { users, user, item, rating, split }: Interactions,
  { catalog, likedFrom }: { catalog: Catalog; likedFrom: number },
): {
  userTrainCount: Map<string, number>;
  likes: (user: string, item: string) => boolean;
} {
  const userTrainCount = new Map<string, number>();
  const sums = new Map<string, { sum: number; count: number }>();
  const ratings = new Map<string, Map<number, number>>();
  for (let r = 0; r < user.length; r++) {
    const id = users[user[r]!]!;
    if (split[r] === 0) userTrainCount.set(id, (userTrainCount.get(id) ?? 0) + 1);
    if (split[r] === 2 || Number.isNaN(rating[r]!)) continue;
    const held = sums.get(id) ?? { sum: 0, count: 0 };
    sums.set(id, { sum: held.sum + rating[r]!, count: held.count + 1 });
    let own = ratings.get(id);
    if (!own) ratings.set(id, (own = new Map()));
    own.set(item[r]!, rating[r]!);
  }
  return {
    userTrainCount,
    likes(id, itemId) {
      const value = ratings.get(id)?.get(catalog.indexOf(itemId));
      if (value === undefined) return true;
      const { sum, count } = sums.get(id)!;
      return value >= likedFrom || value >= sum / count;
    },
  };
}

/** What `make` gives, made when it is first asked for. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let held: Promise<T> | undefined;
  return () => (held ??= make());
}
