// The orders in which a suite puts the candidates of one ranking: 0 is the stored one, each other one is drawn on its own.
// Known from the seed alone, so that a report finds the slots of a prompt without the prompt.

import { rngFor } from "../../base/rng.ts";
import type { Example } from "../../dataset/task/types.ts";

/** The candidates of an example in order `perm`; the languages of one target share their orders. */
export function orderCandidates(
  { candidates, user, row }: Pick<Example, "candidates" | "user" | "row">,
  { seed, perm }: { seed: number; perm: number },
): string[] {
  const ids = Array.from(candidates ?? []);
  return perm === 0 ? ids : rngFor(seed, "order", user, row, perm).shuffle(ids);
}
