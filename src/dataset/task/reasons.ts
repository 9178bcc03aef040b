// Where reasons come from: a review cut to whole sentences, or genres that liked items and the target really share.

import type { Catalog } from "../../log/catalog/catalog.ts";
import type { TimelineBatch } from "../../log/split/timeline.ts";
import { likedRows } from "./liked.ts";
import { nameItem } from "./shown.ts";
import type { Lang, TaskContext, TaskInput } from "./types.ts";

/** Words of an answer at most; longer reviews are cut after a sentence. */
export const maxReasonWords = 25;
const minReviewWords = 3;
const maxBecauseWords = 14;

/**
 * The review of a row in a language, else the one whose language the log does not say; whole sentences up to
 * `maxReasonWords`. Null where there is none, where it says too little to be a reason, or where its first sentence is too long.
 */
export function readReview(
  reviews: TimelineBatch["review"],
  row: number,
  lang: Lang,
): string | null {
  const written = reviews?.[lang]?.[row] ?? reviews?.[""]?.[row];
  if (!written) return null;
  const sentences = written
    .replace(/\s+/g, " ")
    .trim()
    .split(/(?<=[.!?…。])\s+/u);
  let kept = "";
  for (const sentence of sentences) {
    const longer = kept === "" ? sentence : `${kept} ${sentence}`;
    if (countWords(longer) > maxReasonWords) break;
    kept = longer;
  }
  return countWords(kept) < minReviewWords ? null : kept;
}

/**
 * At most two liked items and the genres that they all have in common with the target, in the target's order, at most
 * two. The item that shares most comes first, the more recent one on a tie. Null where no liked item shares a genre.
 * @param liked catalog indices, oldest first
 */
export function shareGenres(
  catalog: Catalog,
  liked: readonly number[],
  target: number,
): { items: number[]; genres: string[] } | null {
  const genresOf = (index: number): string[] => catalog.data.genres[index]!;
  const first = findClosest(liked, genresOf, genresOf(target), target);
  if (first === null) return null;
  const shared = genresOf(target).filter((genre) => genresOf(first).includes(genre));
  const others = liked.filter((index) => index !== first);
  const second = findClosest(others, genresOf, shared, target);
  const words = (index: number): number => countWords(catalog.data.title[index]!);
  if (second === null || words(first) + words(second) + words(target) > maxBecauseWords) {
    return { items: [first], genres: shared.slice(0, 2) };
  }
  const common = shared.filter((genre) => genresOf(second).includes(genre));
  return { items: [first, second], genres: common.slice(0, 2) };
}

/** What wordings read as `reason`: names of liked items, and the genres they share with the target; empty for none. */
export type Reason = { readonly because: readonly string[]; readonly shared: readonly string[] };

/** The reason for a target, looked for when it is first read: few wordings do. */
export function reasonFor(input: TaskInput, context: TaskContext): Reason {
  let held: Reason | null = null;
  const find = (): Reason => {
    const { catalog, lang, show } = context;
    const { item } = input.timeline.batch;
    const liked = likedRows(input, context).map((row) => item[row]!);
    const found = shareGenres(catalog, liked, item[input.target]!);
    if (found === null) return { because: [], shared: [] };
    const because = found.items.map((index) => nameItem(catalog, index, lang, show));
    return { because, shared: found.genres };
  };
  return {
    get because() {
      return (held ??= find()).because;
    },
    get shared() {
      return (held ??= find()).shared;
    },
  };
}

function findClosest(
  liked: readonly number[],
  genresOf: (index: number) => string[],
  wanted: readonly string[],
  target: number,
): number | null {
  let best: number | null = null;
  let bestShared = 0;
  for (let i = liked.length - 1; i >= 0; i--) {
    const index = liked[i]!;
    if (index === target) continue;
    const genres = genresOf(index);
    const shared = wanted.filter((genre) => genres.includes(genre)).length;
    if (shared > bestShared) {
      best = index;
      bestShared = shared;
    }
  }
  return best;
}

function countWords(text: string): number {
  return text === "" ? 0 : text.split(/\s+/).length;
}
