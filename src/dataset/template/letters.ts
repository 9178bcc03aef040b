// Letters that stand for the places of a list: A to Z, then AA, AB and on, as the columns of a spreadsheet are called.

/** Places that have a letter: the most candidates a list may have. */
const places = 1000;

/** The letter of each place, from 0. */
export const letters: readonly string[] = Array.from({ length: places }, (_, place) => {
  let text = "";
  for (let rest = place + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    text = String.fromCharCode(65 + ((rest - 1) % 26)) + text;
  return text;
});

const placeOf = new Map(letters.map((letter, place) => [letter, place]));

/** The place of a letter, from 0, in either case; -1 for what is none. */
export function placeOfLetter(letter: string): number {
  return placeOf.get(letter.toUpperCase()) ?? -1;
}
