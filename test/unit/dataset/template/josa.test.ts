import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../src/base/errors.ts";
import { endingOf, josa } from "../../../../src/dataset/template/josa.ts";

describe("josa", () => {
  it.each([
    ["영화", "를"],
    ["책", "을"],
    ["인셉션", "을"],
    ["바비 (2023)", "을"], // 삼
    ["매트릭스 (1999)", "를"], // 구
    ["조커 (2019)", "를"],
    ["인셉션 (2010)", "을"], // 십
    ["1984", "를"], // 사
    ["2001", "을"], // 일
    ["1,000", "을"], // 천
    ["1000000000000", "를"], // 조
    ["평점 3.5", "를"], // 오
    ["100%", "를"], // 퍼센트
    ["『브이 포 벤데타』", "를"],
    ["'왓치맨'", "을"],
    ["오펜하이머!", "를"],
    ["Joker", "를"],
    ["Tenet", "을"], // 테넷
    ["Barbie", "를"],
    ["Alien", "을"],
    ["Apple", "을"],
    ["Avatar", "를"],
    ["King Kong", "을"],
    ["The Matrix", "를"],
    ["Magic", "을"],
    ["Notebook", "을"],
    ["Amélie", "를"],
    ["Pelé", "를"],
    ["DVD", "를"],
    ["FM", "을"],
    ["WALL·E", "를"],
    ["ラーメン", "을"],
    ["もののけ", "를"],
    ["愛", "을(를)"],
    ["!?", "을(를)"],
    ["", "을(를)"],
  ])("%s takes %s", (word, particle) => {
    expect(josa(word, "을/를")).toBe(particle);
  });

  it.each([
    ["서울", "로"], // ㄹ takes 로
    ["부산", "으로"],
    ["제주", "로"],
    ["1", "로"],
    ["3", "으로"],
    ["Seoul", "로"],
  ])("%s takes %s for direction", (word, particle) => {
    expect(josa(word, "으로/로")).toBe(particle);
  });

  it.each([
    ["이/가", "이", "가"],
    ["은/는", "은", "는"],
    ["과/와", "과", "와"],
    ["와/과", "과", "와"],
    ["아/야", "아", "야"],
    ["이라/라", "이라", "라"],
    ["이에요/예요", "이에요", "예요"],
    ["를/을", "을", "를"],
  ])("the pair %s", (pair, afterConsonant, afterVowel) => {
    expect([josa("책", pair), josa("나무", pair)]).toEqual([afterConsonant, afterVowel]);
  });

  it("refuses a pair it does not know, naming the nearest", () => {
    expect(() => josa("책", "을/룰")).toThrow(UsageError);
    expect(() => josa("책", "을/룰")).toThrow('"을/를"');
  });

  it("agrees with the Unicode decomposition of every Hangul syllable", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0xac00, max: 0xd7a3 }), (code) => {
        const syllable = String.fromCharCode(code);
        const jamo = syllable.normalize("NFD");
        const ending = jamo.length === 2 ? "vowel" : jamo[2] === "\u11af" ? "rieul" : "consonant";
        expect(endingOf(`말${syllable}"`)).toBe(ending);
        expect(endingOf(jamo)).toBe(ending);
      }),
    );
  });
});
