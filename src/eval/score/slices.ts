// Slices of the examples by what is known before any answer: how much a user did before it, how popular the target is, when
// it came (terciles of the examples at hand; what train has never seen is a slice of its own), whether train holds user and
// item, language, wording, and genres of the target (an example may be in several of those).

import { nearest, UsageError } from "../../base/errors.ts";
import type { Example } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import { langOf } from "./row-score.ts";

export const sliceNames = [
  "history-length",
  "item-popularity",
  "warmth",
  "time",
  "language",
  "wording",
  "genre",
] as const;
export type SliceName = (typeof sliceNames)[number];

export type SliceFacts = {
  /** With the train counts that an example is judged by; without it those of `catalog` hold for all. */
  catalogOf?: (example: string) => Catalog;
  catalog: Catalog;
  /** Rows of the example's user before its target; without it the shown history counts, which its window cuts. */
  historyLength?: (example: Example) => number;
};

export type Slice = { slice: SliceName; value: string; examples: ReadonlySet<string> };

/**
 * The slices of one name. Amounts, ascending: `0` (cold), then up to three ranges such as `1-4`, `5-20`, `21+`; times
 * likewise, as days (UTC). Kinds: by name.
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
  if (slice === "time") return cutTimes(examples);
  if (slice !== "history-length" && slice !== "item-popularity") {
    return cutKinds(slice, examples, facts);
  }
  const amounts = examples.map((example) => {
    const catalog = facts.catalogOf?.(example.id) ?? facts.catalog;
    return amountOf(slice, example, { ...facts, catalog });
  });
  const ranges = rangesOf(amounts);
  return ranges.map(({ low, high, value }) => {
    const inside = examples.filter((_, i) => amounts[i]! >= low && amounts[i]! <= high);
    return { slice, value, examples: new Set(inside.map((example) => example.id)) };
  });
}

function cutKinds(
  slice: SliceName,
  examples: readonly Example[],
  { catalog }: SliceFacts,
): Slice[] {
  const kinds = new Map<string, Set<string>>();
  for (const example of examples) {
    for (const kind of kindsOf(slice, example, catalog)) {
      kinds.set(kind, (kinds.get(kind) ?? new Set()).add(example.id));
    }
  }
  const sorted = Array.from(kinds).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([value, inside]) => ({ slice, value, examples: inside }));
}

function kindsOf(slice: SliceName, example: Example, catalog: Catalog): readonly string[] {
  if (slice === "language") return [langOf(example)];
  if (slice === "wording") return [example.wording];
  if (slice === "warmth") return [example.warmth];
  return catalog.data.genres[catalog.indexOf(example.item)] ?? [];
}

const daySeconds = 86_400;

/** Terciles of the targets' days; examples without a time are in none. */
function cutTimes(examples: readonly Example[]): Slice[] {
  const timed = examples.filter(({ time }) => time !== null);
  const dayOf = ({ time }: Example): number => Math.floor(time! / daySeconds);
  const days = timed.map(dayOf).sort((a, b) => a - b);
  const cuts = new Set([1, 2, 3].map((part) => days[Math.ceil((part * days.length) / 3) - 1]));
  const dateOf = (day: number): string =>
    new Date(day * daySeconds * 1000).toISOString().slice(0, 10);
  let below = -Infinity;
  return Array.from(cuts).flatMap((cut): Slice[] => {
    if (cut === undefined) return [];
    const inside = timed.filter((example) => dayOf(example) > below && dayOf(example) <= cut);
    const first = dateOf(inside.reduce((least, example) => Math.min(least, dayOf(example)), cut));
    below = cut;
    const value = first === dateOf(cut) ? first : `${first} to ${dateOf(cut)}`;
    return [{ slice: "time", value, examples: new Set(inside.map(({ id }) => id)) }];
  });
}

function amountOf(
  slice: SliceName,
  example: Example,
  { catalog, historyLength }: SliceFacts,
): number {
  if (slice === "item-popularity")
    return catalog.data.trainCount[catalog.indexOf(example.item)] ?? 0;
  return historyLength ? historyLength(example) : example.history.length;
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
