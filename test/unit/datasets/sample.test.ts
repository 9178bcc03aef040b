// The bundled sample log: that its generator still gives the committed bytes, and that the files keep what the README
// of the sample promises.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeSample } from "../../../scripts/make-sample-log.ts";
import { readFilms, splitRecord } from "../../../scripts/sample/films.ts";
import { aspects, opinions } from "../../../scripts/sample/phrases.ts";
import { addParticle } from "../../../scripts/sample/reviews.ts";
import { genreWords, story, tasteNames, genrePulls } from "../../../scripts/sample/story.ts";

const folder = join(import.meta.dirname, "../../../datasets/sample");
const texts = Object.fromEntries(
  ["films.csv", "ratings.csv", "reviews.csv"].map((name) => [
    name,
    readFileSync(join(folder, name), "utf8"),
  ]),
);
const films = readFilms(texts["films.csv"]!);
const filmById = new Map(films.map((film) => [film.id, film]));
const ratings = readRows("ratings.csv").map(([user, film, rating, time]) => ({
  user: user!,
  film: film!,
  rating: Number(rating),
  time: Number(time),
}));
const reviews = readRows("reviews.csv").map(([user, film, en, ko]) => ({
  user: user!,
  film: film!,
  en: en!,
  ko: ko!,
}));

function readRows(name: string): string[][] {
  return texts[name]!.trimEnd().split("\n").slice(1).map(splitRecord);
}

function duplicatesOf(keys: string[]): string[] {
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

describe("generator", () => {
  const sample = makeSample(texts["films.csv"]!);

  test("gives the committed files byte for byte", () => {
    expect(sample.files["ratings.csv"] === texts["ratings.csv"]).toBe(true);
    expect(sample.files["reviews.csv"] === texts["reviews.csv"]).toBe(true);
  });

  test("leaves something to learn: taste beats popularity, and popularity beats chance", () => {
    const figures = sample.measure();
    expect(figures["NDCG@10 of popularity"]).toBeGreaterThan(0.44);
    expect(figures["NDCG@10 of popularity"]).toBeLessThan(0.6);
    expect(figures["NDCG@10 of the hidden oracle"]).toBeGreaterThan(0.8);
    expect(figures["MAE of the hidden expectation"]).toBeLessThan(
      figures["MAE of always 4"]! - 0.2,
    );
    expect(figures["users whose last two ratings are tied"]).toBeGreaterThan(0.02);
  });

  test("names the line of a bad film", () => {
    const header = texts["films.csv"]!.split("\n")[0]!;
    const record = "a,A,가,1999,Western,Plot,줄거리";
    expect(() => readFilms(`${header}\n${record}\n`)).toThrow(
      /films\.csv:2: unknown genre Western/,
    );
    expect(() => readFilms(`${header}\na,A\n`)).toThrow(
      /films\.csv:2: 7 filled fields expected, 2 found/,
    );
    expect(() => readFilms("id,title\n")).toThrow(/films\.csv:1: the header/);
  });

  test("has a pull for every genre on every taste, and well-known films that exist", () => {
    for (const pulls of Object.values(genrePulls)) expect(pulls).toHaveLength(tasteNames.length);
    expect(story.film.wellKnown.filter((id) => !filmById.has(id))).toEqual([]);
  });
});

describe("films", () => {
  test("are enough, with unique ids and unique (title, year) in both languages", () => {
    expect(films.length).toBeGreaterThanOrEqual(300);
    expect(duplicatesOf(films.map((film) => film.id))).toEqual([]);
    expect(duplicatesOf(films.map((film) => `${film.title} (${film.year})`))).toEqual([]);
    expect(duplicatesOf(films.map((film) => `${film.titleKo} (${film.year})`))).toEqual([]);
    expect(films.filter((film) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(film.id))).toEqual([]);
  });

  test("include remakes that only the year tells apart", () => {
    const shared = duplicatesOf(films.map((film) => film.titleKo));
    expect(shared.length).toBeGreaterThanOrEqual(3);
    expect(shared).toContain("올드보이");
  });

  test.each([
    ["다크 나이트", 2008],
    ["조커", 2019],
    ["더 배트맨", 2022],
    ["매트릭스", 1999],
    ["인셉션", 2010],
    ["테넷", 2020],
    ["바비", 2023],
    ["오펜하이머", 2023],
    ["인터스텔라", 2014],
    ["왓치맨", 2009],
    ["브이 포 벤데타", 2005],
  ])("hold %s (%i), which people rated", (title, year) => {
    const film = films.find((each) => each.titleKo === title && each.year === year);
    expect(film).toBeDefined();
    expect(ratings.filter((row) => row.film === film!.id).length).toBeGreaterThan(20);
  });

  test("have short plots and plain lines", () => {
    const plots = readRows("films.csv").map((fields) => fields[5]!);
    expect(plots.filter((plot) => plot.length > 90)).toEqual([]);
    for (const text of Object.values(texts)) expect(text).not.toContain("\r");
  });
});

describe("ratings", () => {
  test("are enough, of known films, 1 to 5 stars, between 2019 and 2024", () => {
    expect(ratings.length).toBeGreaterThanOrEqual(20_000);
    expect(new Set(ratings.map((row) => row.user)).size).toBeGreaterThanOrEqual(500);
    const from = Date.UTC(2019, 0, 1) / 1000;
    const to = Date.UTC(2025, 0, 1) / 1000;
    const bad = ratings.filter(
      ({ film, rating, time }) =>
        !filmById.has(film) ||
        ![1, 2, 3, 4, 5].includes(rating) ||
        !Number.isInteger(time) ||
        time < from ||
        time >= to,
    );
    expect(bad).toEqual([]);
  });

  test("are sorted by user, then time, and no user rates a film twice", () => {
    const unordered = ratings.filter((row, index) => {
      const before = ratings[index - 1];
      return (
        before && (row.user < before.user || (row.user === before.user && row.time < before.time))
      );
    });
    expect(unordered).toEqual([]);
    expect(new Set(ratings.map((row) => `${row.user} ${row.film}`)).size).toBe(ratings.length);
  });
});

describe("reviews", () => {
  test("belong to a rating, once, and are varied", () => {
    const rated = new Set(ratings.map((row) => `${row.user} ${row.film}`));
    const keys = reviews.map((row) => `${row.user} ${row.film}`);
    expect(keys.filter((key) => !rated.has(key))).toEqual([]);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(reviews.map((row) => row.en)).size).toBeGreaterThanOrEqual(150);
    expect(new Set(reviews.map((row) => row.ko)).size).toBeGreaterThanOrEqual(150);
    expect(reviews.length / ratings.length).toBeCloseTo(story.review.share, 1);
  });

  test("name a true genre of the film in each language", () => {
    const lying = reviews.filter(({ film, en, ko }) => {
      const words = filmById.get(film)!.genres.map((genre) => genreWords[genre]);
      const english = en.toLowerCase().split(/[^a-z-]+/);
      return !words.some((word) => english.includes(word.en) && ko.includes(word.ko));
    });
    expect(lying).toEqual([]);
  });

  test("never hold the title of their film", () => {
    const telling = reviews.filter(({ film, en, ko }) => {
      const { title, titleKo } = filmById.get(film)!;
      return en.toLowerCase().includes(title.toLowerCase()) || ko.includes(titleKo);
    });
    expect(telling).toEqual([]);
  });

  test("are one short English sentence and one in 해요체", () => {
    expect(
      reviews.filter(({ en }) => en.split(" ").length > 14 || !/^[A-Z][^.]*\.$/.test(en)),
    ).toEqual([]);
    expect(reviews.filter(({ ko }) => !/^[^.]*요\.$/.test(ko))).toEqual([]);
  });

  test("come from aspects that hold their genre's word, and openers with one place for it", () => {
    for (const [genre, phrases] of Object.entries(aspects)) {
      const word = genreWords[genre as keyof typeof genreWords];
      for (const { en, ko } of phrases)
        expect([en, ko]).toEqual([
          expect.stringContaining(word.en),
          expect.stringContaining(word.ko),
        ]);
    }
    expect(opinions).toHaveLength(5);
    for (const { en, ko } of opinions.flatMap((opinion) => opinion.openers)) {
      expect(en).toContain("{a}");
      expect(ko).toMatch(/^\{a:(이\/가|을\/를|은\/는|에)\} /);
    }
  });

  test.each([
    ["긴장감", "이/가", "긴장감이"],
    ["대사", "이/가", "대사가"],
    ["공연", "과/와", "공연과"],
    ["묘미", "을/를", "묘미를"],
    ["단서", "에", "단서에"],
    ["반전", "에", "반전에"],
  ])("add the particle that fits: %s + %s", (noun, particle, together) => {
    expect(addParticle(noun, particle)).toBe(together);
  });
});

test("a CSV record may quote commas and quotes", () => {
  expect(splitRecord('a,"b, c","say ""hi""",,d')).toEqual(["a", "b, c", 'say "hi"', "", "d"]);
  expect(splitRecord("a,")).toEqual(["a", ""]);
});
