// Byte-level byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909; byte alphabet of GPT-2).
// Trains merges on word counts and encodes words with them; a word's ids are cached, since prompts repeat their words.

/**
 * What a word is: letters or digits with the space before them, or a run of anything else. Unlike GPT-2's pattern it
 * keeps line ends and list marks together, so that a history line takes three tokens. The same text stands in
 * tokenizer.json, so that other readers split alike.
 */
export const wordPattern = " ?\\p{L}+| ?\\p{N}+|[^\\p{L}\\p{N}]+";

/** GPT-2's printable stand-in for each byte: byte -> character. */
export const byteCharacters: readonly string[] = (() => {
  const printable = (b: number): boolean =>
    (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, b) => String.fromCodePoint(printable(b) ? b : next++));
})();

/** The words of a text, each as byte characters. */
export function splitWords(text: string): string[] {
  const words = text.match(new RegExp(wordPattern, "gu")) ?? [];
  return words.map(toByteCharacters);
}

export function toByteCharacters(word: string): string {
  let out = "";
  for (const byte of Buffer.from(word, "utf8")) out += byteCharacters[byte]!;
  return out;
}

/** Learns up to `mergeCount` merges from word counts; ties go to the pair that sorts first, so the result is stable. */
export function trainMerges(
  counts: ReadonlyMap<string, number>,
  mergeCount: number,
): [string, string][] {
  const words = [...counts].map(([word, count]) => ({ parts: Array.from(word), count }));
  const pairCounts = new Map<string, number>();
  const wordsOfPair = new Map<string, Set<number>>();
  const tally = (index: number, sign: 1 | -1): void => {
    const { parts, count } = words[index]!;
    for (let i = 0; i + 1 < parts.length; i++) {
      const pair = `${parts[i]} ${parts[i + 1]}`;
      pairCounts.set(pair, (pairCounts.get(pair) ?? 0) + sign * count);
      if (sign === 1) {
        const held = wordsOfPair.get(pair);
        if (held) held.add(index);
        else wordsOfPair.set(pair, new Set([index]));
      }
    }
  };
  for (let i = 0; i < words.length; i++) tally(i, 1);
  const merges: [string, string][] = [];
  while (merges.length < mergeCount) {
    let best = "";
    let bestCount = 1;
    for (const [pair, count] of pairCounts) {
      if (count > bestCount || (count === bestCount && count > 1 && pair < best)) {
        best = pair;
        bestCount = count;
      }
    }
    if (best === "") break;
    const [left, right] = best.split(" ") as [string, string];
    merges.push([left, right]);
    for (const index of wordsOfPair.get(best)!) {
      tally(index, -1);
      words[index]!.parts = mergePair(words[index]!.parts, left, right);
      tally(index, 1);
    }
    pairCounts.delete(best);
    wordsOfPair.delete(best);
  }
  return merges;
}

function mergePair(parts: string[], left: string, right: string): string[] {
  const out: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === left && parts[i + 1] === right) {
      out.push(left + right);
      i++;
    } else out.push(parts[i]!);
  }
  return out;
}

/** An encoder of words (as byte characters) to ids, lowest merge rank first as in GPT-2. */
export function makeWordEncoder(
  merges: readonly [string, string][],
  vocab: ReadonlyMap<string, number>,
): (word: string) => readonly number[] {
  const ranks = new Map(merges.map(([a, b], rank) => [`${a} ${b}`, rank]));
  const cache = new Map<string, number[]>();
  return (word) => {
    let ids = cache.get(word);
    if (ids) return ids;
    let parts = Array.from(word);
    for (;;) {
      let best = -1;
      let bestRank = Infinity;
      for (let i = 0; i + 1 < parts.length; i++) {
        const rank = ranks.get(`${parts[i]} ${parts[i + 1]}`) ?? Infinity;
        if (rank < bestRank) {
          best = i;
          bestRank = rank;
        }
      }
      if (best < 0) break;
      parts = mergePair(parts, parts[best]!, parts[best + 1]!);
    }
    ids = parts.map((part) => vocab.get(part)!);
    cache.set(word, ids);
    return ids;
  };
}
