// Titles near a misspelt one, by edits: similarity is 1 − edits ÷ length of the longer name, letters and digits alone.
// What is near enough is stated in the constants below; docs/grounding.md gives the figures they were chosen by.

import type { FoldedName, TitleNames } from "./read-names.ts";
import { makeNameIndex } from "./trigram-index.ts";

/** A name, the item that has it, and the item's year (0 if unknown). */
export type NamedItem = { index: number; name: FoldedName; year: number };

/** The nearest item; or those too near to it to choose, nearest first. */
export type NearHit = { index: number; similarity: number } | { ambiguous: number[] };

/** Least similarity of a near spelling with the item's year. */
export const datedThreshold = 0.7;
/** Least similarity of a near spelling where the text or the item has no year. */
export const undatedThreshold = 0.8;
/** How much nearer than any other item that is near enough the nearest must be. */
export const margin = 0.06;
/** Edits beyond which nothing is near, however long the title. */
export const maxEdits = 3;
/** A name shorter than this, without its article, has no near spellings: with a year, and without. */
export const minLength = { dated: 4, undated: 5 };
/** Edits that an article too much or too few counts for: with a year, and without. */
export const articleEdits = { dated: 1, undated: 2 };

/**
 * A finder of the items near a title. Numbers must agree, and number words where both names have some; without a year
 * a word that is another title's, or another number of the same noun, is no misspelling ("Mask" for "Mark").
 */
export function makeNearFinder(items: readonly NamedItem[]): (title: TitleNames) => NearHit | null {
  const everything = indexForms(items);
  const byYear = new Map(
    [...Map.groupBy(items, ({ year }) => year)].map(([year, of]) => [year, indexForms(of)]),
  );
  const vocabulary = new Set(items.flatMap(({ name }) => name.tokens.filter(isLong)));

  return ({ names, year }) => {
    const best = new Map<number, number>();
    const search = (forms: FormIndex | undefined, isDated: boolean): void => {
      for (const name of forms ? names : []) {
        forms!.find(name, isDated, ({ index, name: other }, similarity) => {
          if (similarity <= (best.get(index) ?? 0) || !agreeInNumbers(name, other)) return;
          if (!isDated && hasOtherWord(name, other, vocabulary)) return;
          best.set(index, similarity);
        });
      }
    };
    if (year === 0) search(everything, false);
    else {
      search(byYear.get(year), true);
      search(byYear.get(0), false);
    }
    const ranked = [...best].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const [first] = ranked;
    if (!first) return null;
    const [index, similarity] = first;
    const meant = ranked.filter(([, other]) => other > similarity - margin);
    return meant.length === 1 ? { index, similarity } : { ambiguous: meant.map(([i]) => i) };
  };
}

type FormIndex = {
  /** Calls `found` for every item near enough to be meant by a name, several times where several forms are. */
  find: (
    name: FoldedName,
    isDated: boolean,
    found: (item: NamedItem, similarity: number) => void,
  ) => void;
};

function indexForms(items: readonly NamedItem[]): FormIndex {
  const forms = items.flatMap((item) => formsOf(item.name).map((form) => ({ form, item })));
  const near = makeNameIndex(forms.map(({ form }) => form));
  return {
    find(name, isDated, found) {
      if (name.bare.length < (isDated ? minLength.dated : minLength.undated)) return;
      const threshold = isDated ? datedThreshold : undatedThreshold;
      for (const own of new Set([name.key, name.bare])) {
        near.findNear(own, { similarity: threshold, edits: maxEdits }, (position, edits) => {
          const { form, item } = forms[position]!;
          const isBare = own === name.bare && form === item.name.bare;
          const hasSameArticle = name.article === item.name.article;
          // An article that both have is no sign of likeness.
          if (!isBare && name.article !== "" && hasSameArticle) return;
          const extra = isDated ? articleEdits.dated : articleEdits.undated;
          const all = edits + (isBare && !hasSameArticle ? extra : 0);
          const similarity = 1 - all / Math.max(own.length, form.length);
          if (similarity >= threshold - 1e-9) found(item, similarity);
        });
      }
    },
  };
}

/** A name with its article in front, without it, and with it behind, where a wrong letter hides it ("Birdcage, Tre"). */
function formsOf({ key, bare, article }: FoldedName): string[] {
  return article === "" ? [key] : [key, bare, `${bare}${article}`];
}

/**
 * Digits must be the same; number words where both have some ("Ocean's Eleven" is not "Ocean's Twelve"). A mistyped
 * numeral behind a name is no numeral any more ("Rocky IIq"), but it keeps the name from being that of the first part.
 */
function agreeInNumbers(name: FoldedName, other: FoldedName): boolean {
  if (name.numbers !== other.numbers) return false;
  if (name.words !== other.words && name.words !== "" && other.words !== "") return false;
  const last = name.tokens.at(-1)!;
  const isExtra = name.tokens.length > other.tokens.length && !other.tokens.includes(last);
  return !(isExtra && mistypedNumeral.test(last));
}

const mistypedNumeral = /^(?:[a-z][ivx]{1,4}|[ivx]{1,4}[a-z]|[ivx][a-z][ivx]{1,3})$/;

/** Shorter words are too often what a typo makes of others. */
function isLong(word: string): boolean {
  return word.length >= 3;
}

/** Whether a word of a name that `other` lacks is one of titles, or a word of `other` with an s more or less. */
function hasOtherWord(
  name: FoldedName,
  other: FoldedName,
  vocabulary: ReadonlySet<string>,
): boolean {
  return name.tokens.some(
    (word) =>
      !other.tokens.includes(word) &&
      (vocabulary.has(word) ||
        other.tokens.includes(`${word}s`) ||
        (word.endsWith("s") && other.tokens.includes(word.slice(0, -1)))),
  );
}
