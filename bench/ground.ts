// Titles grounded a second on a catalog of 60,000 synthetic items, by the wide reach, one thread: exact, in normal form,
// and misspelt. node bench/ground.ts. Must: 20,000 exact and normalised, 1,000 near spellings a second.

import { rngFor } from "../src/base/rng.ts";
import type { Rng } from "../src/base/rng.ts";
import { makeCatalog } from "../src/log/catalog/catalog.ts";
import { makeGrounder } from "../src/log/catalog/ground.ts";
import { corruptions, corruptTitle } from "../test/conformance/corrupt-title.ts";

const size = 60_000;
const rounds = 3;
const rng = rngFor(1, "bench", "ground");
const words = Array.from({ length: 8000 }, () => makeWord(rng));
const titles = Array.from({ length: size }, () => makeTitle(rng));

const catalog = makeCatalog({
  ids: titles.map((_, i) => `i${i}`),
  title: titles,
  titles: {},
  year: Int32Array.from(titles, (title) => Number(title.slice(-5, -1))),
  genres: titles.map(() => []),
  text: titles.map(() => null),
  trainCount: new Int32Array(size),
});
const started = performance.now();
const grounder = makeGrounder(catalog, ["en"], { reach: "wide" });
console.log(`index of ${size} items: ${((performance.now() - started) / 1000).toFixed(2)} s`);

const [typo, missingYear, movedArticle, typoWithoutYear] = corruptions;
const isTrue = (text: string | null): text is string => text !== null;
const picked = (count: number): string[] =>
  Array.from({ length: count }, () => titles[rng.int(size)]!);
const sets: [name: string, texts: string[], least: number][] = [
  ["exact", picked(20_000), 20_000],
  ["normalised: case", picked(20_000).map((title) => title.toUpperCase()), 20_000],
  [
    "normalised: no year",
    picked(20_000)
      .map((t) => corruptTitle(t, missingYear, rng))
      .filter(isTrue),
    20_000,
  ],
  [
    "normalised: article",
    picked(20_000)
      .map((t) => corruptTitle(t, movedArticle, rng))
      .filter(isTrue),
    20_000,
  ],
  [
    "near, with year",
    picked(1000)
      .map((t) => corruptTitle(t, typo, rng))
      .filter(isTrue),
    1000,
  ],
  [
    "near, no year",
    picked(1000)
      .map((t) => corruptTitle(t, typoWithoutYear, rng))
      .filter(isTrue),
    1000,
  ],
  [
    "not in the catalog",
    Array.from({ length: 1000 }, () => makeTitle(rng).replace(/ \(\d+\)$/, "")),
    1000,
  ],
];

let isFastEnough = true;
for (const [name, texts, least] of sets) {
  const rates: number[] = [];
  let grounded = 0;
  for (let round = 0; round < rounds; round++) {
    grounded = 0;
    const from = performance.now();
    for (const text of texts) if (grounder.ground(text)) grounded++;
    rates.push(texts.length / ((performance.now() - from) / 1000));
  }
  const rate = rates.toSorted((a, b) => a - b)[1]!;
  if (rate < least) isFastEnough = false;
  const share = ((100 * grounded) / texts.length).toFixed(1);
  console.log(`${name.padEnd(22)} ${Math.round(rate)}/s (at least ${least}), ${share}% ground`);
}
process.exitCode = isFastEnough ? 0 : 1;

/** Two to four syllables, so that words share trigrams as those of a language do. */
function makeWord(from: Rng): string {
  const onset = "b c d f g h k l m n p r s t v w st tr sh ch".split(" ");
  const rhyme = "a e i o u an er in on ar el ing ou ea".split(" ");
  const count = 1 + from.int(3);
  const syllables = Array.from(
    { length: count },
    () => onset[from.int(onset.length)]! + rhyme[from.int(rhyme.length)]!,
  );
  const word = syllables.join("");
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** One to five words, the common ones more often; a quarter with the article at the end. */
function makeTitle(from: Rng): string {
  const count = 1 + from.int(5);
  const name = Array.from(
    { length: count },
    () => words[Math.floor(words.length * from.next() ** 2)]!,
  ).join(" ");
  const article = from.int(4) === 0 ? ", The" : "";
  return `${name}${article} (${1925 + from.int(100)})`;
}
