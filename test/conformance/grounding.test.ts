// How well titles ground, on the films of ml-100k: seeded corruptions of its titles, the real titles of ml-latest-small
// that it does not hold, and its own titles with another year. docs/grounding.md gives the figures and the rules.
// The files are looked for as log-movielens.test.ts does. RECTUNE_SHOW=1 prints the figures.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rngFor } from "../../src/base/rng.ts";
import { makeCatalog } from "../../src/log/catalog/catalog.ts";
import { makeGrounder } from "../../src/log/catalog/ground.ts";
import type { Lookup } from "../../src/log/catalog/ground.ts";
import { normaliseTitle } from "../../src/log/catalog/normalise-title.ts";
import { readNames } from "../../src/log/catalog/read-names.ts";
import { corruptions, corruptTitle } from "./corrupt-title.ts";

const root = join(import.meta.dirname, "../..");
const data = join(process.env["RECTUNE_TEST_DATA"] ?? join(root, "../shared"), "data");
const mustRun = process.env["RECTUNE_NO_SKIP"] === "1";
const lacks = (name: string): boolean => !mustRun && !existsSync(join(data, name));
const show = (...parts: unknown[]): void => {
  if (process.env["RECTUNE_SHOW"] === "1") console.log(...parts);
};

const yearAtEnd = /\s*\((\d{4})[^()]*\)\s*(?:\(V\))?\s*$/;
const readYear = (title: string): number => Number(yearAtEnd.exec(title)?.[1] ?? 0);
const isOne = (hit: Lookup | null): hit is Extract<Lookup, { index: number }> =>
  hit !== null && "index" in hit;

function readTitles100k(): string[] {
  const lines = readFileSync(join(data, "ml-100k/u.item"), "latin1").split("\n");
  return lines.filter((line) => line !== "").map((line) => line.split("|")[1]!);
}

function readTitlesSmall(): string[] {
  const text = readFileSync(join(data, "ml-latest-small/movies.csv"), "utf8");
  return [...text.matchAll(/^\d+,(?:"((?:[^"]|"")*)"|([^,\n]*)),/gm)].map((row) =>
    (row[1] ?? row[2]!).replaceAll('""', '"'),
  );
}

function openGrounder(titles: string[], years = titles.map(readYear), ko: string[] = []) {
  const catalog = makeCatalog({
    ids: titles.map((_, i) => String(i)),
    title: titles,
    titles: { ko },
    year: Int32Array.from(years),
    genres: titles.map(() => []),
    text: titles.map(() => null),
    trainCount: new Int32Array(titles.length),
  });
  return makeGrounder(catalog, ["en", "ko"], { reach: "wide" });
}

/** Films whose name, in normal form and without its year, no other item has. */
function findUnique(titles: string[]): number[] {
  const names = titles.map((title) => normaliseTitle(title).name);
  const seen = new Map<string, number>();
  for (const name of names) seen.set(name, (seen.get(name) ?? 0) + 1);
  return [...titles.keys()].filter((i) => seen.get(names[i]!) === 1 && readYear(titles[i]!) > 0);
}

/**
 * The titles whose film `held` lacks: none of its names, folded and without article, is that of a film of the same
 * year or a neighbouring one.
 */
function findOutside(titles: string[], held: string[]): string[] {
  const known = new Set(
    held
      .map((title) => readNames(title))
      .flatMap(({ names, year }) =>
        names.flatMap(({ bare }) => [-1, 0, 1].map((off) => `${bare}/${year + off}`)),
      ),
  );
  return titles.filter((title) => {
    const { names, year } = readNames(title);
    return !names.some(({ bare }) => known.has(`${bare}/${year}`));
  });
}

/** What becomes of the titles of these films when corrupted in every way. */
function measureCorrupted(titles: string[], films: number[]) {
  const { lookUp } = openGrounder(titles);
  const all = { asked: 0, right: 0, wrong: 0, ambiguous: 0 };
  for (const kind of corruptions) {
    const here = { asked: 0, right: 0, wrong: 0, ambiguous: 0 };
    for (const index of films) {
      for (let draw = 0; draw < kind.draws; draw++) {
        const rng = rngFor(1, "corrupt", kind.name, index, draw);
        const text = corruptTitle(titles[index]!, kind, rng);
        if (text === null) continue;
        const hit = lookUp(text);
        here.asked++;
        if (!isOne(hit)) here.ambiguous += hit ? 1 : 0;
        else if (hit.index === index) here.right++;
        else {
          here.wrong++;
          show("wrong:", text, "→", titles[hit.index], hit.how, hit.similarity);
        }
      }
    }
    show(kind.name, here, "recall", (here.right / here.asked).toFixed(4));
    for (const key of ["asked", "right", "wrong", "ambiguous"] as const) all[key] += here[key];
  }
  const precision = all.right / (all.right + all.wrong);
  const recall = all.right / all.asked;
  show("all", { films: films.length, ...all, precision, recall });
  return { ...all, precision, recall };
}

describe.skipIf(lacks("ml-100k"))("ml-100k", () => {
  test("over 10,000 corrupted titles: precision at least 0.995 at recall at least 0.95", () => {
    const titles = readTitles100k();
    const { asked, precision, recall } = measureCorrupted(titles, findUnique(titles));
    expect(asked).toBeGreaterThanOrEqual(10_000);
    expect(precision).toBeGreaterThanOrEqual(0.995);
    expect(recall).toBeGreaterThanOrEqual(0.95);
  });

  test("no title grounds with a year that no item of that name has, mistyped or not", () => {
    const titles = readTitles100k();
    const { lookUp } = openGrounder(titles);
    const [typo] = corruptions;
    const yearsOf = new Map<string, Set<number>>();
    for (const title of titles) {
      const { name } = normaliseTitle(title);
      yearsOf.set(name, (yearsOf.get(name) ?? new Set()).add(readYear(title)));
    }
    const grounded: string[] = [];
    let asked = 0;
    for (const [i, title] of titles.entries()) {
      const year = readYear(title);
      const years = yearsOf.get(normaliseTitle(title).name)!;
      if (year === 0) continue;
      for (const off of [-30, -2, -1, 1, 2, 30]) {
        if (years.has(year + off)) continue;
        const moved = title.replace(yearAtEnd, ` (${year + off})`);
        asked++;
        if (isOne(lookUp(moved))) grounded.push(moved);
        // Mistyped, it may come near a film of that other year, never one of its own name.
        const mistyped = corruptTitle(moved, typo, rngFor(1, "other-year", i, off))!;
        const hit = lookUp(mistyped);
        if (isOne(hit) && readYear(titles[hit.index]!) !== year + off) grounded.push(mistyped);
      }
    }
    show("another year", { asked, grounded: grounded.length });
    expect(asked).toBeGreaterThan(9_000);
    expect(grounded).toEqual([]);
  });
});

describe.skipIf(lacks("ml-100k") || lacks("ml-latest-small"))("ml-latest-small", () => {
  test("at most 0.5% of its titles whose film is not in ml-100k ground there, with their year or without", () => {
    const titles = readTitles100k();
    const { lookUp } = openGrounder(titles);
    const outside = findOutside(readTitlesSmall(), titles);
    expect(outside.length).toBeGreaterThan(8_000);
    const grounded = outside.filter((title) => isOne(lookUp(title)));
    for (const title of grounded) show(title);
    const near = outside.filter((title) => {
      const hit = lookUp(title.replace(yearAtEnd, ""));
      return isOne(hit) && hit.how === "fuzzy";
    });
    show("outside", {
      titles: outside.length,
      grounded: grounded.length,
      nearWithoutYear: near.length,
    });
    expect(grounded.length / outside.length).toBeLessThanOrEqual(0.005);
    expect(near.length / outside.length).toBeLessThanOrEqual(0.005);
  });

  test("its spellings of the films of ml-100k ground, where both give the same year", () => {
    const titles = readTitles100k();
    const { lookUp } = openGrounder(titles);
    const ours = new Map<string, Set<number>>();
    titles.forEach((title, index) => {
      const { names, year } = readNames(title);
      for (const { bare } of names) {
        const key = `${bare}/${year}`;
        ours.set(key, (ours.get(key) ?? new Set()).add(index));
      }
    });
    let [asked, right, otherwise] = [0, 0, 0];
    for (const title of readTitlesSmall()) {
      const { names, year } = readNames(title);
      const meant = new Set(names.flatMap(({ bare }) => [...(ours.get(`${bare}/${year}`) ?? [])]));
      const [index] = meant;
      if (meant.size !== 1) continue;
      asked++;
      if (titles[index!] !== title) otherwise++;
      const hit = lookUp(title);
      if (isOne(hit) && hit.index === index) right++;
      else show("not grounded:", title);
    }
    show("the same films", { asked, right, otherwise });
    expect(asked).toBeGreaterThan(1_000);
    expect(right / asked).toBeGreaterThanOrEqual(0.995);
  });
});

describe.skipIf(lacks("ml-latest-small"))("ml-latest-small as the catalog", () => {
  test("six times as many films: precision at least 0.995 still, recall at least 0.93", () => {
    const titles = readTitlesSmall();
    const films = findUnique(titles).filter((_, i) => i % 4 === 0);
    const { asked, precision, recall } = measureCorrupted(titles, films);
    expect(asked).toBeGreaterThanOrEqual(10_000);
    expect(precision).toBeGreaterThanOrEqual(0.995);
    expect(recall).toBeGreaterThanOrEqual(0.93);
  });
});

describe("the bundled log, in Korean", () => {
  const rows = readFileSync(join(root, "datasets/sample/films.csv"), "utf8").split("\n").slice(1);
  // Films whose titles hold no comma; quoted fields are left to the reader's own tests.
  const films = rows
    .filter((row) => row !== "" && !row.includes('"'))
    .map((row) => row.split(","))
    .map(([, title, ko, year]) => ({ title: title!, ko: ko!, year: Number(year) }));
  const { lookUp } = openGrounder(
    films.map(({ title }) => title),
    films.map(({ year }) => year),
    films.map(({ ko }) => ko),
  );
  const isRight = (text: string, index: number): boolean => {
    const hit = lookUp(text);
    return isOne(hit) && hit.index === index;
  };

  test("decomposed, unspaced, in full width and cited with both titles, every title grounds", () => {
    const missed: string[] = [];
    films.forEach(({ title, ko, year }, index) => {
      const wide = `(${year})`.replace(/[!-~]/g, (c) =>
        String.fromCharCode(c.charCodeAt(0) + 0xfee0),
      );
      const texts = [
        `${ko} (${year})`.normalize("NFD"),
        `${ko.replaceAll(" ", "")}(${year})`,
        `${ko} ${wide}`,
        `『${ko}』 (${year}년)`,
        `${ko}(${title}, ${year})`,
      ];
      missed.push(...texts.filter((text) => !isRight(text, index)));
    });
    expect(films.length).toBeGreaterThan(250);
    expect(missed).toEqual([]);
  });

  test("one wrong letter of a syllable: precision at least 0.995, recall at least 0.95", () => {
    const hangul = /[가-힣]/gu;
    let [asked, right, wrong] = [0, 0, 0];
    films.forEach(({ ko, year }, index) => {
      const places = [...ko.matchAll(hangul)].map((match) => match.index);
      if (places.length < 2) return;
      const rng = rngFor(1, "hangul", index);
      for (let draw = 0; draw < 5; draw++) {
        const at = places[rng.int(places.length)]!;
        // Another vowel: the 28 codes of a vowel's syllables lie side by side, 21 vowels a consonant.
        const code = ko.charCodeAt(at) - 0xac00;
        const vowel = (Math.floor(code / 28) + 1 + rng.int(20)) % 21;
        const typed = 0xac00 + (Math.floor(code / 588) * 21 + vowel) * 28 + (code % 28);
        const hit = lookUp(
          `${ko.slice(0, at)}${String.fromCharCode(typed)}${ko.slice(at + 1)} (${year})`,
        );
        asked++;
        if (isOne(hit) && hit.index === index) right++;
        else if (isOne(hit)) wrong++;
      }
    });
    show("hangul", { films: films.length, asked, right, wrong });
    expect(right / (right + wrong)).toBeGreaterThanOrEqual(0.995);
    expect(right / asked).toBeGreaterThanOrEqual(0.95);
  });
});
