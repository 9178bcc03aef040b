// Names near a given one, by edits. Candidates come from an inverted index of trigrams with the count filter of Gravano
// et al. 2001: k edits leave all but 4k trigrams of a name as they are; only candidates are measured.

import { editDistance } from "./edit-distance.ts";

export type NameIndex = {
  /** Calls `found` for every accepted name within `maxEdits` of `name`, with its position and its edits. */
  findNear: (
    name: string,
    maxEdits: number,
    accept: (position: number) => boolean,
    found: (position: number, edits: number) => void,
  ) => void;
};

/** Trigrams that one edit can change: a swap of neighbours touches four. */
const touched = 4;
/** Trigrams looked up beyond those that the edits may have changed; more cost time, fewer let more candidates through. */
const beyond = 4;

/** An index over names; a position is an index into `names`. */
export function makeNameIndex(names: readonly string[]): NameIndex {
  const postings = new Map<string, number[]>();
  const byLength: number[][] = [];
  names.forEach((name, position) => {
    (byLength[name.length] ??= []).push(position);
    for (const gram of trigramsOf(name)) {
      const held = postings.get(gram);
      if (held) held.push(position);
      else postings.set(gram, [position]);
    }
  });
  const shared = new Uint8Array(names.length);

  const findNear: NameIndex["findNear"] = (name, maxEdits, accept, found) => {
    const measure = (position: number): void => {
      if (!accept(position)) return;
      const edits = editDistance(name, names[position]!, maxEdits);
      if (edits <= maxEdits) found(position, edits);
    };
    const grams = [...trigramsOf(name)];
    const mayChange = touched * maxEdits;
    if (grams.length <= mayChange) {
      // So short a name may share no trigram with its neighbours.
      for (let length = name.length - maxEdits; length <= name.length + maxEdits; length++) {
        byLength[length]?.forEach(measure);
      }
      return;
    }
    const lists = grams.map((gram) => postings.get(gram) ?? []);
    lists.sort((a, b) => a.length - b.length);
    const looked = lists.slice(0, mayChange + beyond);
    const needed = looked.length - mayChange;
    const touchedPositions: number[] = [];
    for (const list of looked) {
      for (const position of list) {
        if (shared[position] === 0) touchedPositions.push(position);
        shared[position]!++;
      }
    }
    for (const position of touchedPositions) {
      if (
        shared[position]! >= needed &&
        Math.abs(names[position]!.length - name.length) <= maxEdits
      ) {
        measure(position);
      }
      shared[position] = 0;
    }
  };
  return { findNear };
}

/** The different trigrams of a name, its ends marked. */
function trigramsOf(name: string): Set<string> {
  const marked = `\u0001${name}\u0001`;
  const grams = new Set<string>();
  for (let i = 0; i + 3 <= marked.length; i++) grams.add(marked.slice(i, i + 3));
  return grams;
}
