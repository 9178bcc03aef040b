// A count with the smallest few example ids, mergeable in any order.

import type { Audit, FindingResult, Seen } from "./types.ts";

export type Tally = { total: number; count: number; examples: string[] };

const kept = 5;

export function emptyTally(): Tally {
  return { total: 0, count: 0, examples: [] };
}

/** Counts one hit and keeps its id if it is among the smallest. */
export function addHit(tally: Tally, id: string): void {
  tally.count++;
  keepExample(tally.examples, id);
}

/** Adds another tally to this one. */
export function mergeTally(tally: Tally, other: Tally): void {
  tally.total += other.total;
  tally.count += other.count;
  for (const id of other.examples) keepExample(tally.examples, id);
}

/** Keeps the smallest ids of all offered ones, in code unit order. */
export function keepExample(examples: string[], id: string): void {
  if (examples.length === kept && id >= examples[kept - 1]!) return;
  const at = examples.findIndex((held) => id < held);
  examples.splice(at < 0 ? examples.length : at, 0, id);
  if (examples.length > kept) examples.pop();
}

/** Several tallies as one. */
export function sumTallies(...tallies: readonly Tally[]): Tally {
  const sum = emptyTally();
  for (const tally of tallies) mergeTally(sum, tally);
  return sum;
}

/** The audit that counts examples for which `finds` holds; null: the example cannot be judged, and is not counted. */
export function tallyAudit(options: {
  finds: (seen: Seen) => boolean | null;
  result: (tally: Tally) => FindingResult;
}): Audit<Tally> {
  const tally = emptyTally();
  return {
    see(seen) {
      const hit = options.finds(seen);
      if (hit === null) return;
      tally.total++;
      if (hit) addHit(tally, seen.example.id);
    },
    state: () => tally,
    mergeState: (state) => mergeTally(tally, state),
    result: () => options.result(tally),
  };
}
