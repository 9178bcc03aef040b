// Names near a given one, by edits. Candidates come from an inverted index of trigrams with the count filter of Gravano
// et al. 2001: some edits leave all but a few trigrams of a name as they are; only names that share enough of them are
// measured. Lists are flat and in order of length, so that other lengths are skipped.

import { editDistance } from "./edit-distance.ts";

export type Nearness = {
  /** 1 − edits ÷ length of the longer name must be at least this. */
  similarity: number;
  /** Edits at most, whatever the length. */
  edits: number;
};

export type NameIndex = {
  /** Calls `found` for every name that near to `name`, with its position and its edits. */
  findNear: (
    name: string,
    near: Nearness,
    found: (position: number, edits: number) => void,
  ) => void;
};

/** Trigrams that an edit can change: a swap of neighbours touches four, a letter put in two. */
const touched = { byAny: 4, byInsertion: 2 };
/** Trigrams looked up beyond those that the edits may have changed; more cost time, fewer let more candidates through. */
const beyond = 6;
/** A product that should be whole may lie just below. */
const rounding = 1e-9;

/** An index over names; a position is an index into `names`. */
export function makeNameIndex(names: readonly string[]): NameIndex {
  const byLength = Uint32Array.from(names.keys()).sort(
    (a, b) => names[a]!.length - names[b]!.length || a - b,
  );
  const sorted = Array.from(byLength, (position) => names[position]!);
  const longest = sorted.at(-1)?.length ?? 0;
  /** Rank of the first name of each length, and one entry more. */
  const firstOf = new Uint32Array(longest + 2);
  for (const name of sorted) firstOf[name.length + 1]!++;
  for (let length = 1; length < firstOf.length; length++) firstOf[length]! += firstOf[length - 1]!;
  const bits = Math.min(18, Math.max(6, Math.ceil(Math.log2(4 * names.length + 1))));
  const { heads, ranks } = listRanks(sorted, bits);
  const shared = new Uint8Array(names.length);

  return {
    findNear(name, near, found) {
      const editsAt = (length: number): number =>
        Math.min(near.edits, Math.floor((1 - near.similarity) * length + rounding));
      const { maxEdits, mayChange } = boundEdits(name.length, near);
      const low = firstOf[Math.max(0, Math.min(longest + 1, name.length - maxEdits))]!;
      const high = firstOf[Math.min(longest, name.length + maxEdits) + 1]!;
      const measure = (rank: number): void => {
        const other = sorted[rank]!;
        const limit = editsAt(Math.max(name.length, other.length));
        const edits = editDistance(name, other, limit);
        if (edits <= limit) found(byLength[rank]!, edits);
      };
      const buckets = bucketsOf(name, bits);
      if (buckets.length <= mayChange) {
        // So short a name may share no trigram with its neighbours.
        for (let rank = low; rank < high; rank++) measure(rank);
        return;
      }
      const lists = buckets.map((bucket) => ({
        from: firstAtLeast(ranks, heads[bucket]!, heads[bucket + 1]!, low),
        to: firstAtLeast(ranks, heads[bucket]!, heads[bucket + 1]!, high),
      }));
      lists.sort((a, b) => a.to - a.from - (b.to - b.from));
      const looked = lists.slice(0, mayChange + beyond);
      const needed = looked.length - mayChange;
      const candidates: number[] = [];
      for (const { from, to } of looked) {
        for (let i = from; i < to; i++) {
          if (++shared[ranks[i]!]! === needed) candidates.push(ranks[i]!);
        }
      }
      for (const { from, to } of looked) for (let i = from; i < to; i++) shared[ranks[i]!] = 0;
      candidates.forEach(measure);
    },
  };
}

/** The edits that a name of this length may be away, and how many of its trigrams they can change. */
function boundEdits(length: number, near: Nearness): { maxEdits: number; mayChange: number } {
  const least = 1 - near.similarity;
  let [maxEdits, mayChange] = [0, 0];
  for (let edits = 1; edits <= near.edits; edits++) {
    // So many edits are allowed only to a name at least this long, and so this many must be letters put in.
    const insertions = Math.max(0, Math.ceil(edits / least - rounding) - length);
    if (insertions > edits) break;
    maxEdits = edits;
    const changed = touched.byInsertion * insertions + touched.byAny * (edits - insertions);
    mayChange = Math.max(mayChange, changed);
  }
  return { maxEdits, mayChange };
}

/** For each bucket of trigrams the ranks of the names that have one, ascending: ranks[heads[b]..heads[b + 1]). */
function listRanks(sorted: readonly string[], bits: number) {
  const heads = new Uint32Array(2 ** bits + 1);
  const all = sorted.map((name) => bucketsOf(name, bits));
  for (const buckets of all) for (const bucket of buckets) heads[bucket + 1]!++;
  for (let b = 1; b < heads.length; b++) heads[b]! += heads[b - 1]!;
  const next = heads.slice();
  const ranks = new Uint32Array(heads.at(-1)!);
  all.forEach((buckets, rank) => {
    for (const bucket of buckets) ranks[next[bucket]!++] = rank;
  });
  return { heads, ranks };
}

/** The different buckets of a name's trigrams, its ends marked; trigrams that share a bucket count as the same. */
function bucketsOf(name: string, bits: number): number[] {
  const buckets: number[] = [];
  let [first, second] = [0, 1];
  for (let i = 0; i <= name.length; i++) {
    const third = i < name.length ? name.charCodeAt(i) : 1;
    if (i > 0) {
      const mixed = Math.imul(Math.imul(Math.imul(first, 31) + second, 961) + third, 0x9e3779b1);
      const bucket = mixed >>> (32 - bits);
      if (!buckets.includes(bucket)) buckets.push(bucket);
    }
    [first, second] = [second, third];
  }
  return buckets;
}

/** The first place in ranks[from..to) that holds at least `least`, else `to`. */
function firstAtLeast(ranks: Uint32Array, from: number, to: number, least: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranks[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
