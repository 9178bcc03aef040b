// Titles as people mistype them: letters wrong, missing, doubled in place or swapped, the year left out, the article in
// front where the catalog has it at the end.

import type { Rng } from "../../src/base/rng.ts";

/** What may be done to a title; each is drawn `draws` times a film. */
export const corruptions = [
  { name: "typo", typo: true, missingYear: false, movedArticle: false, draws: 3 },
  { name: "missing year", typo: false, missingYear: true, movedArticle: false, draws: 1 },
  { name: "moved article", typo: false, missingYear: false, movedArticle: true, draws: 1 },
  { name: "typo, missing year", typo: true, missingYear: true, movedArticle: false, draws: 3 },
  { name: "typo, moved article", typo: true, missingYear: false, movedArticle: true, draws: 3 },
  { name: "all three", typo: true, missingYear: true, movedArticle: true, draws: 3 },
] as const;

export type Corruption = (typeof corruptions)[number];

const yearAtEnd = /\s*\((\d{4})\).*$/;
const articleAtEnd =
  /^([^()]+), (The|A|An|Les?|La|L'|Los?|Las|El|Il|Der|Die|Das|Det|De|O)(?=$| \()/;
const letters = "abcdefghijklmnopqrstuvwxyz";

/**
 * A title with that done to it, or null where there is nothing to do it to (no year, no article at the end). A name of
 * up to ten letters gets one typo, a longer one one or two; any letter may be hit, those of Roman numerals too.
 */
export function corruptTitle(title: string, kind: Corruption, rng: Rng): string | null {
  const year = yearAtEnd.exec(title)?.[1];
  if (year === undefined) return null;
  let name = title.replace(yearAtEnd, "");
  if (kind.movedArticle) {
    if (!articleAtEnd.test(name)) return null;
    name = name.replace(articleAtEnd, (_, rest: string, article: string) =>
      article === "L'" ? `${article}${rest}` : `${article} ${rest}`,
    );
  }
  if (kind.typo) {
    const typos = name.length > 10 ? 1 + rng.int(2) : 1;
    const sound = name;
    for (let i = 0; i < typos || name === sound; i++) name = mistype(name, rng);
  }
  return kind.missingYear ? name : `${name} (${year})`;
}

function mistype(name: string, rng: Rng): string {
  const places = [...name.matchAll(/\p{L}/gu)].map((match) => match.index);
  if (places.length === 0) return `${name}${letters[rng.int(26)]!}`;
  const at = places[rng.int(places.length)]!;
  const letter = letters[rng.int(26)]!;
  const [before, after] = [name.slice(0, at), name.slice(at + 1)];
  switch (rng.int(4)) {
    case 0:
      return before + letter + after;
    case 1:
      return before + letter + name.slice(at);
    case 2:
      return before + after;
    default:
      return before + after.slice(0, 1) + name[at]! + after.slice(1);
  }
}
