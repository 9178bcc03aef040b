// Words and runs of words of a text, for findings that ask whether one text repeats another.

import { mix } from "./hash-table.ts";

const word = /[\p{L}\p{N}]+/gu;

/** Words in lower case, without punctuation. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(word) ?? [];
}

/** All runs of `n` words, joined by a space; none where the text is shorter. */
export function runsOf(words: readonly string[], n: number): Set<string> {
  const runs = new Set<string>();
  for (let i = 0; i + n <= words.length; i++) runs.add(words.slice(i, i + n).join(" "));
  return runs;
}

/** Hashes of all runs of `n` words, ascending, each once; many times cheaper than the runs as text. */
export function hashRuns(words: readonly string[], n: number): Uint32Array {
  const count = Math.max(0, words.length - n + 1);
  const single = Uint32Array.from(words, (text) => hash32(text));
  const runs = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let hash = 0;
    for (let j = i; j < i + n; j++) hash = Math.imul(hash ^ single[j]!, 0x9e3779b1) ^ (hash >>> 15);
    runs[i] = hash;
  }
  runs.sort();
  let kept = 0;
  for (let i = 0; i < count; i++) if (i === 0 || runs[i] !== runs[i - 1]) runs[kept++] = runs[i]!;
  return runs.subarray(0, kept);
}

/**
 * 32 bits of a text's hash (FNV-1a over UTF-16 units, then mixed). Another odd `prime` gives other bits, so that two
 * make 64.
 */
export function hash32(text: string, prime = 0x01000193): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), prime);
  return mix(hash);
}

const inWord = /[\p{L}\p{N}]/u;

/** Whether `needle` stands in `text` with no letter or digit beside it. */
export function holdsWhole(text: string, needle: string): boolean {
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
    const [before, after] = [text[at - 1] ?? "", text[at + needle.length] ?? ""];
    const joins =
      (inWord.test(before) && inWord.test(needle[0]!)) ||
      (inWord.test(after) && inWord.test(needle.at(-1)!));
    if (!joins) return true;
  }
  return false;
}
