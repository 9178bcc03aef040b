import { describe, expect, test } from "vitest";
import {
  bleuMetrics,
  commonSubsequence,
  featureMetrics,
  makeTextRow,
  wordMetrics,
  type TextRow,
} from "../../../../src/base/metric/index.ts";
import { tokenise13a, tokeniseKorean } from "../../../../src/base/metric/tokenise.ts";

const metrics = [...bleuMetrics, ...wordMetrics, ...featureMetrics];

function measure(name: string, rows: readonly TextRow[]): number {
  const values = metrics.find((m) => m.name === name)!.contributions(rows);
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

const row = (
  said: string,
  reference: string,
  lang = "en",
  named: [string[], string[]] = [[], []],
) =>
  makeTextRow({ said, reference }, lang, {
    features: { said: named[0], reference: named[1] },
    featureCount: 4,
  });

describe("tokens", () => {
  test("13a splits punctuation but not inside numbers", () => {
    expect(tokenise13a("It's 1,000.5, ok? 3-4 &quot;a&quot;")).toEqual(
      'It \' s 1,000.5 , ok ? 3 - 4 " a "'.split(" ").toSpliced(0, 3, "It's"),
    );
  });
  test("Korean particles come off words, and words of other scripts stay whole", () => {
    expect(tokeniseKorean("영화를 좋아하는 SF의 느와르, 1947년")).toEqual([
      "영화",
      "를",
      "좋아하",
      "는",
      "sf",
      "의",
      "느와르",
      "1947",
      "년",
    ]);
    expect(tokeniseKorean("나는 책도")).toEqual(["나는", "책도"]);
  });
});

describe("text metrics", () => {
  test("are full for the same text and nothing for another", () => {
    const same = [row("a dark tale of crime", "a dark tale of crime")];
    for (const name of ["bleu", "sentence-bleu", "chrf"])
      expect(measure(name, same)).toBeCloseTo(100, 10);
    for (const name of ["rouge-1", "rouge-2", "rouge-l"]) expect(measure(name, same)).toBe(1);
    const other = [row("xyz", "a dark tale")];
    for (const name of ["bleu", "sentence-bleu", "chrf", "rouge-1", "rouge-l"])
      expect(measure(name, other)).toBe(0);
  });

  test("see Korean, of which google's tokeniser leaves nothing", () => {
    const pair: [string, string] = ["느와르 영화는 어둡다", "느와르 영화가 어둡다"];
    expect(measure("rouge-1", [row(...pair)])).toBe(0);
    expect(measure("rouge-1", [row(...pair, "ko")])).toBeCloseTo(3 / 4, 14);
  });

  test("corpus BLEU is not the mean of sentences", () => {
    const rows = [row("the cat sat on the mat", "the cat sat on the mat"), row("a dog", "the dog")];
    expect(measure("bleu", rows)).not.toBeCloseTo(measure("sentence-bleu", rows), 1);
  });

  test("count what repeats: texts, n-grams, features", () => {
    const rows = [
      row("a b", "x", "en", [["crime"], ["crime"]]),
      row("A, b!", "x", "en", [["crime", "drama"], ["war"]]),
      row("a c d", "x", "en", [[], []]),
    ];
    expect(measure("usr", rows)).toBeCloseTo(2 / 3, 14);
    expect(measure("distinct-1", rows)).toBeCloseTo(4 / 7, 14);
    expect(measure("distinct-2", rows)).toBeCloseTo(3 / 4, 14);
    expect(measure("length", rows)).toBeCloseTo(7 / 3, 14);
    expect(measure("fcr", rows)).toBeCloseTo(2 / 4, 14);
    expect(measure("fmr", rows)).toBeCloseTo(1 / 2, 14);
    // Pairs share 1, 0 and 0 features.
    expect(measure("div", rows)).toBeCloseTo(1 / 3, 14);
  });
});

test("the longest common subsequence keeps order, not neighbourhood", () => {
  expect(commonSubsequence(["a", "b", "c", "d"], ["b", "x", "d", "a"])).toBe(2);
  expect(commonSubsequence([], ["a"])).toBe(0);
});
