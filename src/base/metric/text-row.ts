// A written text beside its reference, as the text metrics see it; and what they share: counts of n-grams, and corpus
// numbers made of counts that add up over rows.

import { jackknifeContributions } from "./influence.ts";
import { bleuTokens, wordTokens } from "./tokenise.ts";

type Both<T> = { said: T; reference: T };

export type TextRow = {
  text: Both<string>;
  /** Tokens of BLEU. */
  pieces: Both<readonly string[]>;
  /** Tokens of ROUGE, and what counts as a word. */
  words: Both<readonly string[]>;
  /** Features (genres, say) that the texts name, each once. */
  features: Both<readonly string[]>;
  /** Number of features that could be named. */
  featureCount: number;
};

/** A row of one language. */
export function makeTextRow(
  text: Both<string>,
  lang: string,
  named: { features: Both<readonly string[]>; featureCount: number } = {
    features: { said: [], reference: [] },
    featureCount: 0,
  },
): TextRow {
  const [bleu, word] = [bleuTokens(lang), wordTokens(lang)];
  const both = <T>(make: (text: string) => T): Both<T> => {
    return { said: make(text.said), reference: make(text.reference) };
  };
  // sacrebleu strips the end of a segment, no more.
  const pieces = both((t) => bleu.tokenise(t.trimEnd()));
  return { text, pieces, words: both(word.tokenise), ...named };
}

/** How often each n-gram of length n occurs. */
export function countNgrams(tokens: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= tokens.length; i++) {
    const ngram = tokens.slice(i, i + n).join("\u0000");
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** Occurrences that two counts share. */
export function countShared(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): number {
  let shared = 0;
  for (const [ngram, count] of a) shared += Math.min(count, b.get(ngram) ?? 0);
  return shared;
}

/** Contributions of a number made of counts summed over rows. */
export function countContributions(
  rows: readonly ArrayLike<number>[],
  finish: (sums: Float64Array) => number,
): Float64Array {
  const sums = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) for (let i = 0; i < sums.length; i++) sums[i]! += row[i]!;
  const value = finish(sums);
  if (rows.length === 1) return Float64Array.of(value);
  const without = Float64Array.from(rows, (row) => finish(sums.map((sum, i) => sum - row[i]!)));
  return jackknifeContributions(value, without);
}
