// The retriever of recommendations: a baseline fitted on all that the dataset knows, asked about a history that need
// not be one of its users. It draws candidates, and fills a list that the model left short.

import { UsageError, nearest } from "../../base/errors.ts";
import { baselines } from "../../log/baseline/index.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";

/** Catalog indices, best first; equal scores by popularity, then by id. */
export type Retriever = (n: number, leftOut: ReadonlySet<number>) => number[];

/** Baselines that rank items for a history; those that predict ratings are none. */
export const retrieverNames = ["popularity", "item-knn", "ease", "co-occurrence"] as const;

/** @throws UsageError `retriever-unknown`. */
export function checkRetriever(name: string): void {
  if ((retrieverNames as readonly string[]).includes(name)) return;
  const near = nearest(name, retrieverNames);
  throw new UsageError(`no retriever is called "${name}"`, {
    code: "retriever-unknown",
    where: "--retriever",
    next: near ? `Did you mean "${near}"?` : `Known: ${retrieverNames.join(", ")}.`,
  });
}

/**
 * A retriever for one history. Without interactions (an exported dataset) only popularity can be told, from the catalog.
 * @param liked catalog indices, oldest first
 */
export function makeRetriever(
  name: string,
  data: { catalog: Catalog; interactions: Interactions | null; liked: readonly number[] },
  options: { seed: number },
): Retriever {
  const { catalog, interactions, liked } = data;
  const { trainCount, ids } = catalog.data;
  const all = Int32Array.from({ length: catalog.size }, (_, index) => index);
  const scores =
    name === "popularity" || interactions === null
      ? Float64Array.from(trainCount)
      : scoreHistory(name, interactions, liked, all, options);
  const order = Array.from(all).sort(
    (a, b) =>
      scores[b]! - scores[a]! || trainCount[b]! - trainCount[a]! || (ids[a]! < ids[b]! ? -1 : 1),
  );
  return (n, leftOut) => order.filter((index) => !leftOut.has(index)).slice(0, n);
}

function scoreHistory(
  name: string,
  { users, user, item, rating, time }: Interactions,
  liked: readonly number[],
  all: Int32Array,
  options: { seed: number },
): Float64Array {
  // One user more than the log has: the history is theirs, and nothing is fitted on it.
  const stranger = users.length;
  const fitted = baselines[name]!.fit(
    { userCount: stranger + 1, itemCount: all.length, user, item, rating, time },
    options,
  );
  const ratings = new Float64Array(liked.length).fill(NaN);
  const asked = { time: NaN, history: Int32Array.from(liked), ratings, shownRatings: ratings };
  return fitted.score(stranger, all, { ...asked, isFitted: new Uint8Array(liked.length) });
}
