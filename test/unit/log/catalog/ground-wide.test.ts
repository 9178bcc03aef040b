import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeGrounder } from "../../../../src/log/catalog/ground.ts";
import { catalogOf } from "./catalogs.ts";

const items: [title: string, ko: string | null, year: number][] = [
  ["Godfather, The (1972)", "대부", 1972], // 0
  ["Rocky II (1979)", "록키 2", 1979], // 1
  ["Rocky III (1982)", "록키 3", 1982], // 2
  ["Léon: The Professional (a.k.a. The Professional) (Léon) (1994)", "레옹", 1994], // 3
  ["Heat (1995)", "히트", 1995], // 4
  ["Heat (1986)", null, 1986], // 5
  ["Head (1968)", null, 1968], // 6
  ["Babe (1995)", null, 1995], // 7
  ["Jade (1995)", null, 1995], // 8
  ["Dark Knight, The (2008)", "다크 나이트", 2008], // 9
  ["Ocean's Eleven (2001)", null, 2001], // 10
  ["Twin (1990)", null, 1990], // 11
  ["Twin (1990)", null, 1990], // 12
  ["Mark of Zorro, The (1940)", null, 1940], // 13
  ["Mask, The (1994)", null, 1994], // 14
  ["Lost Reel", null, 0], // 15
  ["Visitors, The (Visiteurs, Les) (1993)", null, 1993], // 16
  ["Blade Runner (1982)", "블레이드 러너", 1982], // 17
  ["Killer (Bulletproof Heart) (1994)", null, 1994], // 18
  ["Die xue shuang xiong (Killer, The) (1989)", null, 1989], // 19
  ["Class of 1999 (1990)", null, 1990], // 20
];
const catalog = catalogOf(items);
const wide = makeGrounder(catalog, ["en", "ko"], { reach: "wide" });
const strict = makeGrounder(catalog, ["en", "ko"]);

describe("the wide reach", () => {
  test.each([
    ["The Professional (1994)", 3],
    ["Leon", 3],
    ["레옹 (1994)", 3],
    ["LEON: the professional [1994]", 3],
    ["Rocky 3", 2],
    ["록키 III", 2],
    ["Rocky Two", null],
    ["Les Visiteurs (1993)", 16],
    ["Visiteurs, Les", 16],
    ["Visitors, The (1993)", 16],
    ["Bulletproof Heart", 18],
    ["다크 나이트(The Dark Knight, 2008)", 9],
    ["Heat 1995", 4],
    ["Class of 1999", 20],
    ["Lost Reel (1950)", 15],
    ["ｌｏｓｔ　ｒｅｅｌ", 15],
  ])("%s: a name of %j", (text, index) => {
    if (index === null) expect(wide.ground(text)).toBeNull();
    else expect(wide.ground(text)).toMatchObject({ index, similarity: 1 });
  });

  test.each([
    ["The Godfahter (1972)", 0, 0.89],
    ["Godfather (1972)", 0, 0.89],
    ["Teh Godfather", 0, 0.92],
    ["Haet (1995)", 4, 0.75],
    ["다크 나이드 (2008)", 9, 0.9],
    ["The Dark Night", 9, 0.9],
    ["Oceans Elven (2001)", 10, 0.92],
    ["Blde Runer", 17, 0.82],
  ])("%s: near %i at %f", (text, index, similarity) => {
    expect(wide.ground(text)).toMatchObject({ index, how: "fuzzy" });
    expect(wide.lookUp(text)).toMatchObject({ similarity: expect.closeTo(similarity, 1) });
    expect(strict.ground(text)).toBeNull();
  });

  test.each([
    ["Rocky IV (1979)", "another numeral"],
    ["Rocky I (1979)", "another numeral"],
    ["Rocky (1979)", "no numeral"],
    ["The Godfather qII (1972)", "a mistyped numeral"],
    ["Blade Runner IIx", "a mistyped numeral"],
    ["Ocean's Twelve (2001)", "another number word"],
    ["Heat (1968)", "a known name in another year, though Head (1968) is one edit away"],
    ["The Godfather (1974)", "another year"],
    ["The Godfahter (1974)", "another year, mistyped"],
    ["Haet", "too short to mistype without a year"],
    ["Mask of Zorro, The", "mask is a word of titles"],
    ["Visitor", "the singular is another title"],
    ["다크 나이트(The Dark Knight, 2012)", "another year"],
    ["Blade Runner 2049", "a known name in another year"],
    ["The Wizard of Oz (1939)", "nothing near"],
    ["", "nothing"],
    ["(1995)", "a year alone"],
    ["a".repeat(5000), "no title"],
  ])("%j is null: %s", (text) => {
    expect(wide.lookUp(text)).toBeNull();
  });

  test.each([
    ["Twin (1990)", [11, 12]],
    ["Twni (1990)", [11, 12]],
    ["Heat", [4, 5]],
    ["Bade (1995)", [7, 8]],
    ["Rocky II (Rocky III)", [1, 2]],
  ])("%s is ambiguous: told, not grounded", (text, ambiguous) => {
    expect(wide.ground(text)).toBeNull();
    expect(wide.lookUp(text)).toEqual({ ambiguous });
  });

  test("whatever the strict reach grounds, the wide one grounds alike", () => {
    const title = fc.constantFrom(
      ...items.map(([text]) => text),
      ...items.map(([, ko]) => ko ?? ""),
    );
    const change = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.toUpperCase(),
      (text) => ` "${text}"`,
      (text) => text.replace(/ \(\d{4}\)$/, ""),
    );
    fc.assert(
      fc.property(title, change, (text, to) => {
        const hit = strict.lookUp(to(text));
        if (hit) expect(wide.lookUp(to(text))).toEqual(hit);
      }),
    );
  });

  test("never grounds a text with a year to an item of another year", () => {
    const typo = fc.record({
      at: fc.nat({ max: 30 }),
      letter: fc.constantFrom(..."aehrst".split(""), ""),
    });
    fc.assert(
      fc.property(
        fc.nat({ max: items.length - 1 }),
        fc.integer({ min: 1930, max: 2020 }),
        fc.array(typo, { maxLength: 3 }),
        (index, year, typos) => {
          let name = items[index]![0].replace(/ \(\d{4}\)$/, "");
          for (const { at, letter } of typos)
            name = name.slice(0, at) + letter + name.slice(at + 1);
          const hit = wide.ground(`${name} (${year})`);
          if (hit) expect([0, year]).toContain(items[hit.index]![2]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("takes any text without failing, and names items of the catalog alone", () => {
    const anyText = fc
      .array(fc.nat({ max: 0x10ffff }), { maxLength: 40 })
      .map((points) => String.fromCodePoint(...points));
    fc.assert(
      fc.property(anyText, (text) => {
        const hit = wide.lookUp(text);
        const named = hit === null ? [] : "index" in hit ? [hit.index] : hit.ambiguous;
        for (const index of named) expect(items[index]).toBeDefined();
      }),
    );
  });

  test("finds mentions by the strict reach alone", () => {
    const text = 'Watch "The Godfahter" or Heat (1995).';
    expect(wide.findMentions(text)).toEqual(strict.findMentions(text));
    expect(wide.findMentions(text)).toEqual({ labels: [4], unknown: ["The Godfahter"] });
  });
});
