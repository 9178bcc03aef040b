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

/** What a user did with an item, the earliest time where it stands twice. */
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
  const likedFrom = manifest?.likedFrom ?? null;
  return {
    options: {
      popularityOf(item) {
        const at = catalog.indexOf(item);
        return at < 0 ? 0 : catalog.data.trainCount[at]!;
      },
    },
    look({ example, split }) {
      const { history, item } = example;
      const touched = touchedBy?.(example.user) ?? null;
      const rows = touched && history.map((name) => touched.get(catalog.indexOf(name)));
      const at = catalog.indexOf(item);
      return {
        example,
        split,
        // An item the user never touched says nothing of time; it must not pass for the future.
        ...(rows?.some((row) => row !== undefined && !Number.isNaN(row.time))
          ? { historyTimes: rows.map((row) => row?.time ?? -Infinity) }
          : {}),
        facts: {
          shown: rows && likedFrom !== null ? countLikes(rows, likedFrom) : null,
          liked: likedFrom === null ? null : likesTarget(example, likedFrom),
          titles: titlesOfId(item),
          // Only next-item examples are searched for titles.
          shownTitles: example.task === "next-item" ? history.flatMap(titlesOfId) : [],
          text: at < 0 ? null : catalog.data.text[at]!,
        },
      };
    },
  };
}

/** The history's liked and disliked rows; null where none is rated. */
function countLikes(
  rows: readonly (Touched | undefined)[],
  likedFrom: number,
): { likes: number; dislikes: number } | null {
  let [likes, dislikes] = [0, 0];
  for (const row of rows) {
    if (row === undefined || Number.isNaN(row.rating)) continue;
    if (row.rating >= likedFrom) likes++;
    else dislikes++;
  }
  return likes + dislikes === 0 ? null : { likes, dislikes };
}

/** Only these tasks answer whether the target is liked; the others would be judged by what they do not ask. */
function likesTarget({ task, rating }: Example, likedFrom: number): boolean | null {
  if (task !== "preference" && task !== "rating") return null;
  return rating === null ? null : rating >= likedFrom;
}

function titlesOf({ data }: Catalog, at: number): string[] {
  const titles = [data.title[at]!, ...Object.values(data.titles).map((held) => held[at] ?? "")];
  return [...new Set(titles)].filter((title) => title !== "");
}

async function loadTouched(
  dir: string,
): Promise<(user: string) => ReadonlyMap<number, Touched> | null> {
  const { users, user, item, time, rating } = await loadInteractions(dir);
  const byUser = users.map(() => new Map<number, Touched>());
  for (let r = 0; r < user.length; r++) {
    const held = byUser[user[r]!]!;
    if (!held.has(item[r]!)) held.set(item[r]!, { time: time[r]!, rating: rating[r]! });
  }
  const positions = new Map(users.map((id, i) => [id, i]));
  return (id) => byUser[positions.get(id) ?? -1] ?? null;
}
