// Names near a given one, by edits. Candidates come from an inverted index of trigrams with the count filter of Gravano
// et al. 2001: k edits leave all but 4k trigrams of a name as they are (a swap of neighbours touches four). Only names
// that share enough of them are measured. Lists are flat and in order of length, so that other lengths are skipped.

import { editDistance } from "./edit-distance.ts";

export type NameIndex = {
  /** Calls `found` for every name within `maxEdits` of `name`, with its position and its edits. */
  findNear: (
    name: string,
    maxEdits: number,
    found: (position: number, edits: number) => void,
  ) => void;
};

const touchedByEdit = 4;
/** Trigrams looked up beyond those that the edits may have changed; more cost time, fewer let more candidates through. */
const beyond = 6;

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
    findNear(name, maxEdits, found) {
      const low = firstOf[Math.max(0, Math.min(longest + 1, name.length - maxEdits))]!;
      const high = firstOf[Math.min(longest, name.length + maxEdits) + 1]!;
      const measure = (rank: number): void => {
        const edits = editDistance(name, sorted[rank]!, maxEdits);
        if (edits <= maxEdits) found(byLength[rank]!, edits);
      };
      const buckets = bucketsOf(name, bits);
      const mayChange = touchedByEdit * maxEdits;
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
