import { expect, it } from "vitest";
import { makeHistoryLikes } from "../../../../src/eval/score/history-likes.ts";
import type { Interactions } from "../../../../src/log/split/load-interactions.ts";
import { makeExample, makeTestCatalog } from "../fixture.ts";

const catalog = makeTestCatalog();
const example = makeExample({ user: "u2", row: 7, item: "i09", history: ["i01", "i02", "i03"] });

/** Ratings of u2 in order, by item index; the example's own row is 7. */
function likedAfter(ratings: readonly [item: number, rating: number, row: number][]): string[] {
  const held: Interactions = {
    users: ["u1", "u2"],
    user: Int32Array.from([0, ...ratings.map(() => 1)]),
    item: Int32Array.from([1, ...ratings.map(([item]) => item)]),
    time: new Float64Array(ratings.length + 1),
    rating: Float64Array.from([5, ...ratings.map(([, rating]) => rating)]),
    row: Float64Array.from([0, ...ratings.map(([, , row]) => row)]),
    split: new Uint8Array(ratings.length + 1),
  };
  return makeHistoryLikes(held, { catalog, likedFrom: 5 })(example);
}

const before: [number, number, number][] = [
  [1, 2, 1],
  [2, 4, 2],
  [3, 3, 3],
];

it("judges by the mean of what the example shows", () => {
  expect(likedAfter([...before, [9, 1, 7]])).toEqual(["i02", "i03"]);
});

it("is not moved by what happened with or after the example", () => {
  const later: [number, number, number][] = [
    [9, 5, 7],
    [10, 5, 8],
    [2, 1, 9],
  ];
  expect(likedAfter([...before, ...later])).toEqual(likedAfter([...before, [9, 1, 7]]));
});

it("takes what has no rating, and a person whom the dataset lacks, as liking", () => {
  expect(
    likedAfter([
      [1, Number.NaN, 1],
      [2, 4, 2],
      [3, 3, 3],
      [9, 1, 7],
    ]),
  ).toEqual(["i01", "i02"]);
  expect(likedAfter([])).toEqual(example.history);
});
