// Slices of the examples by what is known before any answer: how much history a user has, how popular the target is.
// Terciles of the examples at hand; what train has never seen is a slice of its own (cold).

import { nearest, UsageError } from "../base/errors.ts";
import type { Example } from "../dataset/task/types.ts";
import type { Catalog } from "../log/catalog/catalog.ts";

export const sliceNames = ["history-length", "item-popularity"] as const;
export type SliceName = (typeof sliceNames)[number];

export type SliceFacts = {
  catalog: Catalog;
  /** Interactions of each user in train; without it the shown history counts, which its window cuts. */
  userTrainCount?: ReadonlyMap<string, number>;
};

export type Slice = { slice: SliceName; value: string; examples: ReadonlySet<string> };

/**
 * The slices of one name, ascending: `0` (cold), then up to three ranges such as `1-4`, `5-20`, `21+`.
 * @throws UsageError `slice-unknown`.
 */
export function cutSlices(name: string, examples: readonly Example[], facts: SliceFacts): Slice[] {
  const slice = sliceNames.find((known) => known === name);
  if (!slice) {
    const near = nearest(name, sliceNames);
    const next = near ? `Did you mean ${near}?` : `Known: ${sliceNames.join(", ")}.`;
    throw new UsageError(`no slice is called "${name}"`, {
      code: "slice-unknown",
      where: "slices",
      next,
    });
  }
  const amounts = examples.map((example) => amountOf(slice, example, facts));
  const ranges = rangesOf(amounts);
  return ranges.map(({ low, high, value }) => {
    const inside = examples.filter((_, i) => amounts[i]! >= low && amounts[i]! <= high);
    return { slice, value, examples: new Set(inside.map((example) => example.id)) };
  });
}

function amountOf(
  slice: SliceName,
  example: Example,
  { catalog, userTrainCount }: SliceFacts,
): number {
  if (slice === "item-popularity")
    return catalog.data.trainCount[catalog.indexOf(example.item)] ?? 0;
  return userTrainCount ? (userTrainCount.get(example.user) ?? 0) : example.history.length;
}

function rangesOf(amounts: readonly number[]): { low: number; high: number; value: string }[] {
  const warm = amounts.filter((amount) => amount > 0).sort((a, b) => a - b);
  const cuts = [
    warm[Math.ceil(warm.length / 3) - 1],
    warm[Math.ceil((2 * warm.length) / 3) - 1],
    warm.at(-1),
  ];
  const ranges = amounts.includes(0) ? [{ low: 0, high: 0, value: "0" }] : [];
  let below = 0;
  for (const cut of cuts) {
    // Ties at a cut leave a tercile empty; it is dropped rather than split at random.
    if (cut === undefined || cut === below) continue;
    const low = warm.find((amount) => amount > below)!;
    const last = cut === warm.at(-1) && cut !== low;
    ranges.push({
      low,
      high: cut,
      value: low === cut ? String(low) : last ? `${low}+` : `${low}-${cut}`,
    });
    below = cut;
  }
  return ranges;
}
