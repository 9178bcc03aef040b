import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeGrounder } from "../../../../src/log/catalog/ground.ts";
import { catalogOf } from "./catalogs.ts";

const items: [title: string, ko: string | null, year: number][] = [
  ["Godfather, The (1972)", "대부", 1972], // 0
  ["Heat", "히트", 1995], // 1
  ["Heat", null, 1986], // 2
  ["Twin (1990)", null, 1990], // 3
  ["Twin (1990)", null, 1990], // 4
  ["It", null, 2017], // 5
  ["Salt <b>&</b> Smoke", "소금과 연기", 0], // 6
  ["Dr. Strangelove (1964)", null, 1964], // 7
  ["$", null, 1971], // 8
];
const catalog = catalogOf(items);
const { ground, findMentions } = makeGrounder(catalog, ["en", "ko"]);

describe("ground", () => {
  test.each([
    ["Godfather, The (1972)", 0, "exact"],
    ["대부", 0, "exact"],
    ["대부 (1972)", 0, "exact"],
    ['"Heat (1995)"', 1, "exact"],
    ["The Godfather (1972)", 0, "normalised"],
    ["the godfather", 0, "normalised"],
    ["HEAT (1986)", 2, "normalised"],
    ["히트(1995)", 1, "normalised"],
    ["it", 5, "normalised"],
    ["Salt b & b Smoke (2001)", 6, "normalised"],
    ["$ (1971)", 8, "exact"],
  ])("%s", (text, index, how) => expect(ground(text)).toEqual({ index, how, similarity: 1 }));

  test.each([
    ["Heat", "two items have it"],
    ["heat", "two items have it"],
    ["Twin (1990)", "two items have it"],
    ["The Godfather (1974)", "another year"],
    ["Heat (1996)", "another year"],
    ["The Godfather Part II", "another title"],
    ["", "nothing"],
    ["???", "nothing but punctuation"],
  ])("%j is null: %s", (text) => expect(ground(text)).toBeNull());

  test("every label that only one item has grounds to it, in any case", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 2, 5, 6, 7),
        fc.constantFrom("en", "ko"),
        fc.boolean(),
        (index, lang, upper) => {
          const label = catalog.label(index, lang);
          expect(ground(upper ? label.toUpperCase() : label)?.index).toBe(index);
        },
      ),
    );
  });
});

describe("findMentions", () => {
  test.each([
    ["You liked Heat (1995), so try The Godfather (1972).", [1, 0], []],
    ["Heat (1995) and Heat (1995) again, then It (2017)", [1, 5], []],
    ["히트 (1995)를 좋아하셨으니 대부 (1972)도 추천합니다", [1, 0], []],
    ["『대부』와 『없는 영화』", [0], ["없는 영화"]],
    ['See "The Godfather" and “Made Up Film”.', [0], ["Made Up Film"]],
    [
      "I suggest The Lost Sea of Glass (2003) or Heat (2001).",
      [],
      ["The Lost Sea of Glass (2003)", "Heat (2001)"],
    ],
    ["Watch Dr. Strangelove (1964)", [7], []],
    ["그래서 없는 영화 (2003)", [], []],
    ["It is a film of the Heat", [], []],
    ["released in (1995)", [], []],
    ["", [], []],
  ])("%s", (text, labels, unknown) => expect(findMentions(text)).toEqual({ labels, unknown }));

  test("does not find a label inside a longer word", () => {
    expect(findMentions("Upheaval PreHeat (1995)x").labels).toEqual([]);
  });

  test("takes time linear in hostile text", () => {
    const text = `${'"A '.repeat(20_000)}${"The ".repeat(20_000)}(1999) ${"(2000)".repeat(5000)}`;
    const start = performance.now();
    findMentions(text);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
