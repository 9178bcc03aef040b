// Titles brought to one form, so that two spellings of a title compare equal: Unicode NFKC (which also composes
// Hangul), case folded, "Godfather, The" turned to "The Godfather", punctuation and spaces dropped, the year apart.

/** A title without its year, in normal form ("" when nothing but punctuation), and the year it ends in (0 if none). */
export type NormalTitle = { name: string; year: number };

const trailingYear = /\((\d{4})[^()]*\)$/;
const wrapping = /^[\s"'“”‘’『』「」《》〈〉*_`#>-]+|[\s"'“”‘’『』「」《》〈〉*_`]+$/gu;
const dropped = /[\p{P}\p{S}\p{Z}\p{C}]/gu;

const articles = new Set(
  "the a an le la les l' un une des il lo i gli el los las una der die das den det ein eine o os as het de".split(
    " ",
  ),
);

export function normaliseTitle(text: string): NormalTitle {
  let rest = unwrap(text.normalize("NFKC"));
  const found = trailingYear.exec(rest);
  if (found) rest = unwrap(rest.slice(0, found.index));
  const parts = rest.split(/[()]/).map(moveArticle).join(" ");
  // Through upper case and back: what makes ẞ, ß and ss, and final and inner sigma, equal.
  const folded = parts.toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");
  const name = folded.replace(dropped, "").normalize("NFKC");
  return { name, year: found ? Number(found[1]) : 0 };
}

/** The text without surrounding space, quotes and emphasis marks. */
export function unwrap(text: string): string {
  return text.replace(wrapping, "");
}

/** "Godfather, The" → "The Godfather"; a part that does not end in a known article is returned as it is. */
export function moveArticle(part: string): string {
  const comma = part.lastIndexOf(",");
  if (comma < 0) return part;
  const article = part.slice(comma + 1).trim();
  return articles.has(article.toLowerCase().replace("’", "'"))
    ? `${article} ${part.slice(0, comma).trim()}`
    : part;
}
