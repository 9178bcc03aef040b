// Borda counts over permutations, and the retriever that stands behind a list.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countBorda } from "../../../../src/eval/recommend/rank.ts";
import { checkRetriever, makeRetriever } from "../../../../src/eval/recommend/retriever.ts";
import { catalogOf } from "../../dataset/small-log.ts";

describe("countBorda", () => {
  it("gives the points of de Borda by hand", () => {
    // Of 4 candidates: item 7 is 1st and 2nd (4 + 3), 8 is 2nd and 1st, 9 is 3rd once (2).
    expect(
      countBorda(
        [
          [7, 8, 9],
          [8, 7],
        ],
        4,
      ),
    ).toEqual([
      { index: 7, score: 7 / 8, best: 1, worst: 2, named: 2 },
      { index: 8, score: 7 / 8, best: 1, worst: 2, named: 2 },
      { index: 9, score: 2 / 8, best: 3, worst: 3, named: 1 },
    ]);
  });

  it("is empty where nothing was named", () => {
    expect(countBorda([[], []], 5)).toEqual([]);
    expect(countBorda([], 5)).toEqual([]);
  });

  it("does not depend on the order of the permutations, and scores lie in (0, 1]", () => {
    const ranking = fc.shuffledSubarray([0, 1, 2, 3, 4, 5]);
    fc.assert(
      fc.property(fc.array(ranking, { minLength: 1, maxLength: 6 }), (rankings) => {
        const counted = countBorda(rankings, 6);
        expect(countBorda(rankings.toReversed(), 6)).toEqual(counted);
        for (const { score, best, worst } of counted) {
          expect(score).toBeGreaterThan(0);
          expect(score).toBeLessThanOrEqual(1);
          expect(best).toBeLessThanOrEqual(worst);
        }
      }),
    );
  });
});

describe("makeRetriever", () => {
  const catalog = catalogOf();
  catalog.data.trainCount.set([5, 9, 1, 1, 7, 0, 0, 0, 0]);

  it("ranks by popularity, ties by id, and leaves out what it is told to", () => {
    const data = { catalog, interactions: null, liked: [] };
    const retriever = makeRetriever("popularity", data, { seed: 1 });
    expect(retriever(3, new Set([1]))).toEqual([4, 0, 2]);
    expect(retriever(100, new Set())).toHaveLength(9);
  });

  it("scores a history that is nobody's in the log", () => {
    // Two users saw 5 with 7; nobody saw 5 with the popular 1.
    const user = [0, 0, 1, 1, 2, 3];
    const item = [5, 7, 5, 7, 1, 1];
    const interactions = {
      users: ["a", "b", "c", "d"],
      user: Int32Array.from(user),
      item: Int32Array.from(item),
      time: new Float64Array(6),
      rating: new Float64Array(6).fill(5),
      row: Float64Array.from(user, (_, i) => i),
      split: new Uint8Array(6),
    };
    const retriever = makeRetriever("item-knn", { catalog, interactions, liked: [5] }, { seed: 1 });
    expect(retriever(1, new Set([5]))).toEqual([7]);
  });

  it("refuses what ranks nothing", () => {
    expect(() => checkRetriever("item-knm")).toThrow("item-knn");
    expect(() => checkRetriever("user-mean")).toThrow("no retriever");
    expect(() => checkRetriever("constructor")).toThrow("no retriever");
  });
});
