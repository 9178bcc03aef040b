// The films of the sample: reading films.csv (RFC 4180 quoting, one record a line) and placing each film among the hidden
// tastes, with its popularity and quality.

import { DataError } from "../../src/base/errors.ts";
import { rngFor } from "../../src/base/rng.ts";
import { genrePulls, genreWords, story, tasteNames } from "./story.ts";
import type { Genre } from "./story.ts";

export type Film = { id: string; title: string; titleKo: string; year: number; genres: Genre[] };

/** A film with what the simulation knows and the log does not say. */
export type HiddenFilm = Film & {
  /** Weights over the nine tastes; sum 1. */
  taste: Float64Array;
  /** Zipf–Mandelbrot weight in (0, 1). */
  popularity: number;
  /** Stars added to every rating. */
  quality: number;
};

const header = "id,title,title_ko,year,genres,plot,plot_ko";

/**
 * Reads the text of films.csv.
 * @throws DataError `sample-films` naming the line, when a record is not what the header says.
 */
export function readFilms(text: string): Film[] {
  const lines = text.trimEnd().split("\n");
  if (lines[0] !== header) throw badLine(1, `the header is not ${header}`);
  return lines.slice(1).map((line, index) => readFilm(line, index + 2));
}

function readFilm(line: string, lineNumber: number): Film {
  const fields = splitRecord(line);
  const [id, title, titleKo, year, genres] = fields;
  if (fields.length !== 7 || !id || !title || !titleKo || !year || !genres) {
    throw badLine(lineNumber, `7 filled fields expected, ${fields.length} found`);
  }
  if (!/^\d{4}$/.test(year)) throw badLine(lineNumber, `the year is ${year}`);
  const known = genres.split("|").map((genre) => {
    if (!isGenre(genre)) throw badLine(lineNumber, `unknown genre ${genre}`);
    return genre;
  });
  return { id, title, titleKo, year: Number(year), genres: known };
}

function isGenre(word: string): word is Genre {
  return Object.hasOwn(genreWords, word);
}

function badLine(line: number, what: string): DataError {
  return new DataError(what, {
    code: "sample-films",
    where: `datasets/sample/films.csv:${line}`,
    next: "Correct the line; the genres are listed in scripts/sample/story.ts.",
  });
}

/** Splits one CSV record into fields; a quoted field may hold commas and doubled quotes, but no line break. */
export function splitRecord(line: string): string[] {
  const fields: string[] = [];
  let at = 0;
  do {
    const quoted = line[at] === '"' ? /"((?:[^"]|"")*)"(?=,|$)/y : /([^,]*)/y;
    quoted.lastIndex = at;
    const match = quoted.exec(line);
    fields.push((match?.[1] ?? line.slice(at)).replaceAll('""', '"'));
    at = (match === null ? line.length : quoted.lastIndex) + 1;
  } while (at <= line.length);
  return fields;
}

/** Gives every film its taste weights, popularity and quality; a film added at the end moves no other's taste. */
export function hideTastes(films: Film[]): HiddenFilm[] {
  const popularity = rankPopularity(films);
  return films.map((film) => {
    const rng = rngFor(story.seed, "film", film.id);
    const quality = story.film.qualitySpread * rng.normal();
    const pulls = tasteNames.map((_, taste) => {
      const pull = film.genres.reduce(
        (sum, genre, place) =>
          sum + genrePulls[genre][taste]! * (place === 0 ? story.film.firstGenreFactor : 1),
        0.05,
      );
      return (pull * Math.exp(story.film.tasteNoise * rng.normal())) ** story.film.sharpening;
    });
    const total = pulls.reduce((sum, pull) => sum + pull, 0);
    return {
      ...film,
      quality,
      popularity: popularity.get(film.id)!,
      taste: Float64Array.from(pulls, (pull) => pull / total),
    };
  });
}

function rankPopularity(films: Film[]): Map<string, number> {
  const { wellKnown, wellKnownFactor, popularityOffset, popularityExponent } = story.film;
  const places = films.map(({ id }) => {
    const place = rngFor(story.seed, "popularity", id).next();
    return { id, place: wellKnown.includes(id) ? place * wellKnownFactor : place };
  });
  places.sort((a, b) => a.place - b.place);
  return new Map(
    places.map(({ id }, index) => [id, (index + 1 + popularityOffset) ** -popularityExponent]),
  );
}

/** Sum of products of two weight vectors over the tastes. */
export function dotTastes(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
