import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rngFor } from "../../../../src/base/rng.ts";
import { ranking, rankingOptions } from "../../../../src/dataset/task/ranking.ts";
import { catalogOf, contextOf, streamsOf, timelineOf } from "../small-log.ts";

const withCandidates = (n: number) => rankingOptions.parse({ type: "ranking", candidates: { n } });

function candidatesOf(items: number[], size: number, n: number, key: string): number[] | string {
  const catalog = catalogOf(
    Array.from({ length: size }, (_, i) => [`i${i}`, `Film ${i}`, null, 0, []]),
  );
  const timeline = timelineOf(items.map((item) => ({ item })));
  const input = { timeline, target: items.length - 1, history: [0] };
  const draft = ranking.make(input, contextOf({ catalog }), withCandidates(n), streamsOf(key));
  return "skip" in draft ? draft.skip : Array.from(draft.candidates!);
}

describe("ranking", () => {
  it("has the truth exactly once among unseen items, without repetition", () => {
    const items = fc.uniqueArray(fc.nat(29), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(items, fc.integer({ min: 2, max: 25 }), fc.string(), (seen, n, key) => {
        const candidates = candidatesOf(seen, 30, n, key);
        if (typeof candidates === "string") throw new Error(candidates);
        const truth = seen.at(-1)!;
        expect(candidates.filter((item) => item === truth)).toHaveLength(1);
        expect(new Set(candidates).size).toBe(candidates.length);
        for (const item of candidates) if (item !== truth) expect(seen).not.toContain(item);
        expect(candidates.length).toBe(Math.min(n, 1 + 30 - seen.length));
      }),
    );
  });

  it("puts the truth into every place about equally often", () => {
    const places = Array.from({ length: 5 }, () => 0);
    for (let i = 0; i < 1000; i++) {
      const candidates = candidatesOf([0, 1], 100, 5, `u${i}`) as number[];
      places[candidates.indexOf(1)]!++;
    }
    for (const count of places) expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  it("draws every unseen item about equally often, from big catalogs and small", () => {
    for (const size of [12, 60]) {
      const counts = Array.from({ length: size }, () => 0);
      const rounds = 400;
      for (let i = 0; i < rounds; i++) {
        for (const item of candidatesOf([0, 1], size, 6, `u${i}`) as number[]) counts[item]!++;
      }
      expect(counts[0]).toBe(0);
      const expected = (rounds * 5) / (size - 2);
      for (const count of counts.slice(2)) {
        expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
      }
    }
  });

  it("gives the same list for the same streams and another for others", () => {
    expect(candidatesOf([0, 1], 100, 20, "a")).toEqual(candidatesOf([0, 1], 100, 20, "a"));
    expect(candidatesOf([0, 1], 100, 20, "a")).not.toEqual(candidatesOf([0, 1], 100, 20, "b"));
  });

  it("skips a user who has seen everything", () => {
    expect(candidatesOf([0, 1, 2], 3, 20, "a")).toMatch("whole catalog");
  });

  it("never lists two items that read the same", () => {
    const catalog = catalogOf([
      ["a", "Dune", null, 2021, []],
      ["b", "Dune", null, 2021, []],
      ["c", "Dune", null, 1984, []],
      ["d", "Heat", null, 1995, []],
      ["e", "Heat", null, 1995, []],
    ]);
    const timeline = timelineOf([{ item: 3 }, { item: 0 }]);
    const input = { timeline, target: 1, history: [0] };
    const streams = { negatives: rngFor(2), order: rngFor(3) };
    const draft = ranking.make(input, contextOf({ catalog }), withCandidates(5), streams);
    if ("skip" in draft) throw new Error(draft.skip);
    expect([...draft.candidates!].sort((a, b) => a - b)).toEqual([0, 2, 4]);
  });

  it("fills the recipe's defaults and refuses what it does not know", () => {
    expect(rankingOptions.parse({ type: "ranking" }).candidates).toEqual({
      from: "uniform",
      n: 20,
      truth: "forced",
    });
    expect(rankingOptions.safeParse({ type: "ranking", candidates: { n: 1 } }).success).toBe(false);
    expect(rankingOptions.safeParse({ type: "ranking", candidates: { m: 1 } }).success).toBe(false);
  });
});
