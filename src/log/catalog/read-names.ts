// The names a title text holds: its main name and those in brackets ("Léon: The Professional (a.k.a. The Professional)
// (1994)"), each folded further than normalise-title.ts does: accents off, "&" as "and", Roman numerals as digits.

import { moveArticle, unwrap } from "./normalise-title.ts";

/** One name of a title, folded. */
export type FoldedName = {
  /** Letters and digits alone; Hangul as its letters (jamo), so that one wrong letter is one edit. */
  key: string;
  /** The key without an article in front. */
  bare: string;
  /** Its article, "" without one. */
  article: string;
  /** Its numbers in order, Roman numerals among them ("2", "13,2"). */
  numbers: string;
  /** Its words, without the article. */
  tokens: string[];
  /** Its number words in order ("two men" → "two"). */
  words: string;
};

/** The names of a text, the main one first, and the year it ends in (0 if none). */
export type TitleNames = { names: FoldedName[]; year: number };

const bracketedYear = /[([](\d{4})(?!\d)[^()[\]]*[)\]]\s*(?:\([^()\s]{1,3}\)\s*)?$/;
const bareYear = /[\s,]\s*((?:18|19|20)\d\d)$/;
/** "다크 나이트(The Dark Knight, 2008)", as Korean texts cite a film. */
const yearInBrackets = /\(([^()]*\S),\s*(\d{4})\)$/;
/** Brackets inside a word ("Frontière(s)") are part of it; Korean puts no space before them. */
const bracketed = /(?<=\s|\p{Script=Hangul})\(([^()]*)\)/gu;
const alsoKnownAs = /^(?:a\.?k\.?a\.?|also known as|aka|orig(?:inal title|\.)?)[\s:]+/i;
/** Brackets that say which part or print of a film it is, not what else it is called. */
const qualifier = /^(?:part|pt|vol|volume|episode|season|chapter|book)\b|^.{0,2}$|^(?:tv|video)$/i;
/** A text longer than this is no title. */
const maxLength = 300;

/**
 * The names and the year of a title text; no names when nothing but punctuation is left. `year: "bare"` also takes a
 * year without brackets at the end ("Heat 1995") as the year.
 */
export function readNames(text: string, year: "bracketed" | "bare" = "bracketed"): TitleNames {
  if (text.length > maxLength) return { names: [], year: 0 };
  let rest = unwrap(text.normalize("NFKC")).replace(yearInBrackets, " ($1) ($2)");
  const found = bracketedYear.exec(rest) ?? (year === "bare" ? bareYear.exec(rest) : null);
  if (found) rest = unwrap(rest.slice(0, found.index));
  const others: string[] = [];
  const main = rest.replace(bracketed, (_, inside: string) => {
    const name = inside.trim().replace(alsoKnownAs, "");
    if (qualifier.test(name)) return ` ${name} `;
    others.push(name);
    return " ";
  });
  const names = [main, ...others].map(foldName).filter(({ key }) => key !== "");
  const isFirst = (name: FoldedName, i: number): boolean =>
    names.findIndex(({ key }) => key === name.key) === i;
  return { names: names.filter(isFirst), year: found ? Number(found[1]) : 0 };
}

/** An elided article at the end, its apostrophe taken for a quote and stripped. */
const elided = /, l$/i;
const marks = /\p{M}/gu;
const apostrophe = /['’‘`´]/gu;
const separator = /[^\p{L}\p{N}]+/u;
const spelt: Record<string, string> = {
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  ı: "i",
  æ: "ae",
  œ: "oe",
  þ: "th",
};
const speltLetter = /[øłđðıæœþ]/gu;
const hangulSyllable = /[가-힣]/;

/** Articles that a title may lose in front; short words that begin titles on their own (die, as, o) are left alone. */
const leading = new Set(
  "the a an le la les l un une el los las il lo gli der das det den ein eine het".split(" "),
);
const numberWords = new Set(
  "two three four five six seven eight nine ten eleven twelve thirteen hundred thousand second third fourth fifth".split(
    " ",
  ),
);
const counted = "zero one two three four five six seven eight nine ten".split(" ");
const partWords = new Set(["part", "pt", "chapter", "episode", "volume", "vol", "book"]);
const roman = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(" ");

function foldName(text: string): FoldedName {
  // The apostrophe of an elided article ("L'Avventura") parts words, any other joins them ("Schindler's").
  const placed = moveArticle(text.trim().replace(elided, "$&'"))
    .toLowerCase()
    .replace(/^l['’]\s*/u, "l ");
  const letters = placed
    .toUpperCase()
    .toLowerCase()
    .replace(speltLetter, (letter) => spelt[letter]!)
    .normalize("NFD")
    .replace(marks, "")
    .normalize("NFKC");
  const tokens = letters
    .replace(/[&+]/g, " and ")
    .replace(apostrophe, "")
    .split(separator)
    .filter((token) => token !== "")
    .map(asNumber);
  const hasArticle = tokens.length > 1 && leading.has(tokens[0]!);
  const content = hasArticle ? tokens.slice(1) : tokens;
  return {
    key: join(tokens),
    bare: join(content),
    tokens: content,
    article: hasArticle ? tokens[0]! : "",
    numbers: tokens.flatMap((token) => token.match(/\d+/g) ?? []).join(","),
    words: tokens.filter((token) => numberWords.has(token)).join(","),
  };
}

function join(tokens: string[]): string {
  const key = tokens.join("");
  return hangulSyllable.test(key) ? key.normalize("NFD") : key;
}

/** Digits for a Roman numeral behind the first word, and for a word after "part"; a lone "i" only at the end. */
function asNumber(token: string, at: number, tokens: string[]): string {
  if (at === 0) return token;
  const value = roman.indexOf(token) + 1;
  if (value > 0 && (token !== "i" || at === tokens.length - 1)) return String(value);
  const word = counted.indexOf(token);
  return word > 0 && partWords.has(tokens[at - 1]!) ? String(word) : token;
}
