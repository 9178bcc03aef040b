import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNames } from "../../../../src/log/catalog/read-names.ts";

const keysOf = (text: string): string[] => readNames(text).names.map(({ key }) => key);

describe("readNames", () => {
  test.each([
    [
      "Léon: The Professional (a.k.a. The Professional) (Léon) (1994)",
      ["leontheprofessional", "theprofessional", "leon"],
    ],
    ["Seven (Se7en) (1995)", ["seven", "se7en"]],
    [
      "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
      ["thecityoflostchildren", "lacitedesenfantsperdus"],
    ],
    ["다크 나이트(The Dark Knight, 2008)", ["다크나이트".normalize("NFD"), "thedarkknight"]],
    ["Airport (Airport, 1975)", ["airport"]],
    ["(500) Days of Summer (2009)", ["500daysofsummer"]],
    ["Frontière(s) (2007)", ["frontieres"]],
    ["Kill Bill (Part 1) (2003)", ["killbillpart1"]],
    ["Enfer, L' (1994)", ["lenfer"]],
    ["L'Enfer", ["lenfer"]],
    ["L’Enfer (1994)", ["lenfer"]],
    ["Blaue Engel, Der", ["derblaueengel"]],
    ["Rocky III", ["rocky3"]],
    ["Rocky 3", ["rocky3"]],
    ["The Godfather: Part Two", ["thegodfatherpart2"]],
    ["Fast & Furious", ["fastandfurious"]],
    ["Schindler's List", ["schindlerslist"]],
    ["Die Straße nach Łódź", ["diestrassenachlodz"]],
    ["I, Robot", ["irobot"]],
    ["!!!", []],
    ["", []],
    ["x".repeat(301), []],
  ])("%s: %j", (text, keys) => expect(keysOf(text)).toEqual(keys));

  test.each([
    ["Heat (1995)", 1995],
    ["Heat [1995]", 1995],
    ["히트 (1995년)", 1995],
    ["다크 나이트(The Dark Knight, 2008)", 2008],
    ["Land Before Time III (1995) (V)", 1995],
    ["Doctor Who (2005–2008)", 2005],
    ["Ｈｅａｔ （１９９５）", 1995],
    ["Heat 1995", 0],
    ["Heat (12345)", 0],
  ])("%s: year %i", (text, year) => expect(readNames(text).year).toBe(year));

  test("takes a year without brackets when asked to", () => {
    expect(readNames("Heat, 1995", "bare")).toEqual(readNames("Heat (1995)"));
    expect(readNames("Blade Runner 2049", "bare")).toMatchObject({ year: 2049 });
    expect(readNames("Heat 3095", "bare").year).toBe(0);
  });

  test("tells article, numbers and number words", () => {
    expect(readNames("Twelve Monkeys, The").names[0]).toEqual({
      key: "thetwelvemonkeys",
      bare: "twelvemonkeys",
      article: "the",
      tokens: ["twelve", "monkeys"],
      numbers: "",
      words: "twelve",
    });
    expect(readNames("Apollo 13, Part II").names[0]).toMatchObject({ numbers: "13,2", words: "" });
    expect(readNames("Die Hard").names[0]).toMatchObject({ article: "", bare: "diehard" });
  });

  test("one wrong letter of a Hangul syllable is one unit of the key, composed or not", () => {
    const [a] = keysOf("다크 나이트");
    const [b] = keysOf("다크 나이드");
    expect(a!.length).toBe(b!.length);
    expect(Array.from(a!).filter((unit, i) => unit !== b![i])).toHaveLength(1);
    expect(keysOf("다크 나이트".normalize("NFD"))).toEqual([a]);
  });

  test("case, marks of emphasis, spaces and the article's place change no key", () => {
    const word = fc.string({
      unit: fc.constantFrom("b", "c", "d", "f", "g", "h"),
      minLength: 4,
      maxLength: 8,
    });
    fc.assert(
      fc.property(word, word, fc.constantFrom("The", "La", "Der", "L'"), (a, b, article) => {
        const front = article === "L'" ? `L'${a} ${b}` : `${article} ${a} ${b}`;
        const [key] = keysOf(`${a} ${b}, ${article} (1990)`);
        expect(keysOf(front)).toEqual([key]);
        expect(keysOf(`**${front.toUpperCase()}**  (1991)`)).toEqual([key]);
      }),
    );
  });
});
