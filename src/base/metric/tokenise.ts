// Tokenisers of the text metrics. `13a` and `char` are sacrebleu's (mteval-v13a, WMT); `google` is rouge_score's, which
// drops everything but a-z and 0-9 and so gives Korean nothing; `ko` is our own for Korean.

// Unlike \s, Python's str.split() keeps the byte order mark together with what stands around it.
const pythonSpaces = /\p{White_Space}+/u;

function splitAtSpaces(text: string): string[] {
  return text.split(pythonSpaces).filter((part) => part !== "");
}

/** sacrebleu's tokeniser 13a. */
export function tokenise13a(text: string): string[] {
  const plain = text
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  const parted = ` ${plain} `
    .replace(/([{-~[-` -&(-+:-@/])/gu, " $1 ")
    .replace(/([^0-9])([.,])/gu, "$1 $2 ")
    .replace(/([.,])([^0-9])/gu, " $1 $2")
    .replace(/([0-9])(-)/gu, "$1 $2 ");
  return splitAtSpaces(parted);
}

/** sacrebleu's tokeniser char: code points, white space left out. */
export function tokeniseCharacters(text: string): string[] {
  return Array.from(splitAtSpaces(text).join(""));
}

/** rouge_score's tokeniser without stemming: runs of a-z and 0-9. */
export function tokeniseGoogle(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

/**
 * Words of Korean text: runs of letters and digits after NFKC and lower case, Hangul apart from other scripts; a particle
 * at the end of a Hangul word of three syllables or more, or after another script, is a token of its own, so that
 * "영화를" and "영화는" share "영화".
 */
export function tokeniseKorean(text: string): string[] {
  const runs = text
    .normalize("NFKC")
    .toLowerCase()
    .match(/\p{Script=Hangul}+|(?:(?!\p{Script=Hangul})[\p{L}\p{M}\p{N}])+/gu);
  return (runs ?? []).flatMap((run) => {
    const particle = particles.find((p) => run.endsWith(p) && run.length - p.length >= 2);
    return particle === undefined ? [run] : [run.slice(0, -particle.length), particle];
  });
}

// Longest first, so that 에서는 is not read as 는.
const particles = [
  ..."에게서는 에서는 에게는 으로는 으로도 이라는 이라도 에게서 까지 부터 처럼 보다 에서 에게 으로 이나 이랑 라는 라고 하고 마다 조차 마저 밖에 만큼 같이".split(
    " ",
  ),
  ...Array.from("은는이가을를에의와과로도만나랑께"),
];

/** The tokens of BLEU in a language, and what its signature calls them. */
export function bleuTokens(lang: string): { tok: "13a" | "char"; tokenise: typeof tokenise13a } {
  return lang === "ko"
    ? { tok: "char", tokenise: tokeniseCharacters }
    : { tok: "13a", tokenise: tokenise13a };
}

/** The tokens of ROUGE and of counts of words in a language. */
export function wordTokens(lang: string): {
  tok: "google" | "ko";
  tokenise: typeof tokenise13a;
} {
  return lang === "ko"
    ? { tok: "ko", tokenise: tokeniseKorean }
    : { tok: "google", tokenise: tokeniseGoogle };
}
