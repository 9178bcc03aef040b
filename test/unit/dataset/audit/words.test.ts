import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  hash32,
  hashRuns,
  holdsWhole,
  runsOf,
  wordsOf,
} from "../../../../src/dataset/audit/words.ts";

describe("words", () => {
  it("are letters and digits of any script, in lower case", () => {
    expect(wordsOf('"Amélie (2001)", 기생충!')).toEqual(["amélie", "2001", "기생충"]);
    expect(wordsOf("… —")).toEqual([]);
  });

  it("make runs", () => {
    expect([...runsOf(["a", "b", "c", "a", "b"], 2)]).toEqual(["a b", "b c", "c a"]);
    expect(runsOf(["a"], 2).size).toBe(0);
  });
});

it("hashRuns gives one number a run, whatever stands around it", () => {
  const words = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 20 });
  fc.assert(
    fc.property(words, words, (one, other) => {
      expect(hashRuns(one, 3)).toHaveLength(runsOf(one, 3).size);
      const both = [...one, ...other];
      const hashes = [...hashRuns(both, 3)];
      expect(hashes).toEqual(hashes.toSorted((a, b) => a - b));
      expect(hashes).toEqual(expect.arrayContaining([...hashRuns(other, 3)]));
    }),
  );
});

describe("holdsWhole", () => {
  it("finds any text between blanks, and no part of a word", () => {
    const letters = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(letters, letters, (needle, other) => {
        expect(holdsWhole(`x ${needle}, y`, needle)).toBe(true);
        expect(holdsWhole(`${needle}${other}`, needle)).toBe(false);
      }),
    );
  });
});

it("hash32 spreads texts that differ in their last letter over low bits", () => {
  const low = new Set(Array.from({ length: 64 }, (_, i) => hash32(`user-${i}`) % 16));
  expect(low.size).toBeGreaterThan(12);
});

it("hash32 with two primes tells a hundred thousand users apart", () => {
  const seen = new Set<string>();
  for (let i = 0; i < 100_000; i++) seen.add(`${hash32(`u${i}`)} ${hash32(`u${i}`, 0x9e3779b1)}`);
  expect(seen.size).toBe(100_000);
});
