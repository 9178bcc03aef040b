// What an audit of a dataset folder looks up beside its examples: times and ratings of the history, titles, texts and
// popularity of items. A folder without interactions.parquet (an export) is audited without times and ratings.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Catalog } from "../log/catalog/catalog.ts";
import { loadCatalog } from "../log/catalog/load-catalog.ts";
import { loadInteractions } from "../log/split/load-interactions.ts";
import type { AuditOptions, Seen } from "./audit/types.ts";
import type { DatasetManifest } from "./manifest.ts";
import type { FoundExample } from "./read-examples.ts";
import type { Example } from "./task/types.ts";

export type AuditFacts = {
  /** The example as findings see it. */
  look(found: FoundExample): Seen;
  options: Pick<AuditOptions, "popularityOf">;
};

/** What a user did with an item. */
type Touched = { time: number; rating: number };

/** Facts of a dataset folder; null where it has no items.parquet. */
export async function loadFacts(
  dir: string,
  manifest: DatasetManifest | null,
): Promise<AuditFacts | null> {
  if (!existsSync(join(dir, "items.parquet"))) return null;
  const catalog = await loadCatalog(dir);
  const touchedBy = existsSync(join(dir, "interactions.parquet")) ? await loadTouched(dir) : null;
  const titlesOfId = (item: string): string[] => {
    const at = catalog.indexOf(item);
    return at < 0 ? [] : titlesOf(catalog, at);
  };
  const thresholds = manifest === null ? null : thresholdsOf(manifest);
  return {
    options: {
      popularityOf(item) {
        const at = catalog.indexOf(item);
        return at < 0 ? 0 : catalog.data.trainCount[at]!;
      },
    },
    look({ example, split }) {
      const { history, item } = example;
      const findRows = touchedBy?.(example.user) ?? null;
      const rows = findRows && findRows(example, (id) => catalog.indexOf(id));
      const at = catalog.indexOf(item);
      return {
        example,
        split,
        // An item the user never touched says nothing of time; it must not pass for the future.
        ...(rows?.some((row) => row !== undefined && !Number.isNaN(row.time))
          ? { historyTimes: rows.map((row) => row?.time ?? -Infinity) }
          : {}),
        facts: {
          shown: rows && thresholds ? countLikes(rows, thresholds(example.task)) : null,
          liked: thresholds && likesTarget(example, thresholds(example.task)),
          titles: titlesOfId(item),
          // Only next-item examples are searched for titles.
          shownTitles: example.task === "next-item" ? history.flatMap(titlesOfId) : [],
          text: at < 0 ? null : catalog.data.text[at]!,
        },
      };
    },
  };
}

/** From which rating on an item is liked (null: from the mean of the history on), and up to which it is disliked. */
type Thresholds = { likedFrom: number | null; dislikedUpTo: number };

/** The task `preference` has its own; the others go by the log's. */
function thresholdsOf({ likedFrom, recipe }: DatasetManifest): (task: string) => Thresholds {
  const plain: Thresholds = { likedFrom, dislikedUpTo: Infinity };
  const tasks = (recipe["tasks"] ?? []) as Record<string, unknown>[];
  const asked = tasks.find(({ type }) => type === "preference");
  if (!asked) return () => plain;
  const own: Thresholds = {
    likedFrom:
      asked["likedFrom"] === "mean" ? null : ((asked["likedFrom"] as number | null) ?? likedFrom),
    dislikedUpTo: (asked["dislikedUpTo"] as number | null) ?? Infinity,
  };
  return (task) => (task === "preference" ? own : plain);
}

/** The history's liked and disliked rows; null where none is rated. */
function countLikes(
  rows: readonly (Touched | undefined)[],
  { likedFrom, dislikedUpTo }: Thresholds,
): { likes: number; dislikes: number } | null {
  const ratings = rows.flatMap((row) =>
    row === undefined || Number.isNaN(row.rating) ? [] : [row.rating],
  );
  if (ratings.length === 0) return null;
  const from = likedFrom ?? ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
  const likes = ratings.filter((rating) => rating >= from).length;
  const dislikes = ratings.filter((rating) => rating < from && rating <= dislikedUpTo).length;
  return { likes, dislikes };
}

/** Only these tasks answer whether the target is liked; the others would be judged by what they do not ask. */
function likesTarget({ task, rating, label }: Example, { likedFrom }: Thresholds): boolean | null {
  if (task === "preference") return label === null ? null : label === "yes";
  if (task !== "rating" || rating === null) return null;
  return likedFrom === null ? null : rating >= likedFrom;
}

function titlesOf({ data }: Catalog, at: number): string[] {
  const titles = [data.title[at]!, ...Object.values(data.titles).map((held) => held[at] ?? "")];
  return [...new Set(titles)].filter((title) => title !== "");
}

/** The rows of a history as the log has them; undefined for an item that the user never touched. */
type FindRows = (example: Example, indexOf: (item: string) => number) => (Touched | undefined)[];

async function loadTouched(dir: string): Promise<(user: string) => FindRows | null> {
  const { users, user, item, time, rating, row } = await loadInteractions(dir);
  const starts = new Int32Array(users.length + 1).fill(user.length);
  for (let r = user.length - 1; r >= 0; r--) starts[user[r]!] = r;
  const positions = new Map(users.map((id, i) => [id, i]));
  // Files hold a user's examples together.
  let last: { id: string; copies: Map<number, number[]>; placeOf: Map<number, number> } | null =
    null;
  const rowsOf = (id: string, own: number) => {
    if (last?.id === id) return last;
    last = { id, copies: new Map(), placeOf: new Map() };
    for (let r = starts[own]!; user[r] === own; r++) {
      last.placeOf.set(row[r]!, r);
      const held = last.copies.get(item[r]!);
      if (held) held.push(r);
      else last.copies.set(item[r]!, [r]);
    }
    return last;
  };
  return (id) => {
    const own = positions.get(id);
    if (own === undefined) return null;
    return ({ row: asked, history }, indexOf) => {
      const { copies, placeOf } = rowsOf(id, own);
      const target = placeOf.get(asked) ?? user.length;
      const taken = new Set<number>();
      // The last rows before the target are shown: of an item that stands twice, each copy is its own row.
      const found = history.toReversed().map((name) => {
        const held = copies.get(indexOf(name)) ?? [];
        const copy = held.findLast((r) => r < target && !taken.has(r)) ?? held[0];
        if (copy === undefined) return undefined;
        taken.add(copy);
        return { time: time[copy]!, rating: rating[copy]! };
      });
      return found.toReversed();
    };
  };
}
