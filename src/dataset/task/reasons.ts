// Where reasons come from: a review cut to whole sentences, or genres that liked items and the target really share.

import type { Catalog } from "../../log/catalog/catalog.ts";
import type { TimelineBatch } from "../../log/split/timeline.ts";
import { likedRows } from "./liked.ts";
import { nameItem } from "./shown.ts";
import { LazyRecord } from "../template/values.ts";
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
  const facts = factsOf(catalog);
  const own = genresOf(catalog, facts, target);
  if (own.length === 0) return null;
  const first = findClosest(catalog, facts, liked, own, target, target);
  if (first === null) return null;
  const shared = keepShared(own, genresOf(catalog, facts, first));
  const second = findClosest(catalog, facts, liked, shared, target, first);
  const isShort =
    second !== null &&
    wordsOf(catalog, facts, first) +
      wordsOf(catalog, facts, second) +
      wordsOf(catalog, facts, target) <=
      maxBecauseWords;
  const items = isShort ? [first, second] : [first];
  const common = isShort ? keepShared(shared, genresOf(catalog, facts, second)) : shared;
  const names = catalog.data.genres[target]!;
  return { items, genres: common.slice(0, 2).map((genre) => names[own.indexOf(genre)]!) };
}

/** What wordings read as `reason`: names of liked items, and the genres they share with the target; empty for none. */
export type Reason = { readonly because: readonly string[]; readonly shared: readonly string[] };

/** The reason for a target, looked for when it is first read: few wordings do. */
export function reasonFor(
  input: TaskInput,
  context: TaskContext,
): LazyRecord<TaskInput, TaskContext> {
  return new LazyRecord(findReason, input, context);
}

function findReason(input: TaskInput, context: TaskContext): Reason {
  const { catalog, lang, show } = context;
  const { item } = input.timeline.batch;
  const liked = likedRows(input, context).map((row) => item[row]!);
  const found = shareGenres(catalog, liked, item[input.target]!);
  if (found === null) return { because: [], shared: [] };
  const because = found.items.map((index) => nameItem(catalog, index, lang, show));
  return { because, shared: found.genres };
}

/** What is looked up of each item of a catalog, made when it is first asked for. */
type ItemFacts = {
  /** Genres as numbers, by catalog index. */
  genres: (number[] | undefined)[];
  numbers: Map<string, number>;
  /** Words of the title; 0: not counted. */
  words: Int32Array;
};
const itemFacts = new WeakMap<Catalog, ItemFacts>();

function factsOf(catalog: Catalog): ItemFacts {
  let facts = itemFacts.get(catalog);
  if (!facts) {
    facts = { genres: [], numbers: new Map(), words: new Int32Array(catalog.size) };
    itemFacts.set(catalog, facts);
  }
  return facts;
}

function genresOf(catalog: Catalog, facts: ItemFacts, index: number): number[] {
  return facts.genres[index] ?? readGenres(catalog, facts, index);
}

function readGenres({ data }: Catalog, { genres, numbers }: ItemFacts, index: number): number[] {
  return (genres[index] = data.genres[index]!.map((genre) => {
    let number = numbers.get(genre);
    if (number === undefined) numbers.set(genre, (number = numbers.size));
    return number;
  }));
}

function wordsOf(catalog: Catalog, { words }: ItemFacts, index: number): number {
  return (words[index] ||= countWords(catalog.data.title[index]!));
}

/**
 * The item that shares most of `wanted`, the most recent of equals; null where none shares any. `target` and `other` do
 * not count. Written out, as reasons are looked for by the hundred thousand.
 */
function findClosest(
  catalog: Catalog,
  facts: ItemFacts,
  liked: readonly number[],
  wanted: readonly number[],
  target: number,
  other: number,
): number | null {
  let best: number | null = null;
  let bestShared = 0;
  for (let i = liked.length - 1; i >= 0; i--) {
    const index = liked[i]!;
    if (index === target || index === other) continue;
    const own = genresOf(catalog, facts, index);
    let shared = 0;
    for (let w = 0; w < wanted.length; w++)
      for (let g = 0; g < own.length; g++)
        if (own[g] === wanted[w]) {
          shared++;
          break;
        }
    if (shared <= bestShared) continue;
    best = index;
    bestShared = shared;
  }
  return best;
}

function keepShared(wanted: readonly number[], own: readonly number[]): number[] {
  return wanted.filter((genre) => own.includes(genre));
}

function countWords(text: string): number {
  return text === "" ? 0 : text.split(/\s+/).length;
}
