import { expect, test } from "vitest";
import { scoreSystem } from "../../../../src/eval/score/score.ts";
import { cutSlices } from "../../../../src/eval/score/slices.ts";
import { factsOf } from "../../../../src/eval/suite/eval-data.ts";
import type { Interactions } from "../../../../src/log/split/load-interactions.ts";
import { makeExample, makePrediction, makeTestCatalog } from "../fixture.ts";

const catalog = makeTestCatalog();
const [train, testRow] = [0, 2];

/** Rows of u1 in order, by item index. */
function interactionsOf(
  rows: readonly { item: number; rating: number; split: number }[],
): Interactions {
  return {
    users: ["u1"],
    user: new Int32Array(rows.length),
    item: Int32Array.from(rows, ({ item }) => item),
    time: Float64Array.from(rows.keys()),
    rating: Float64Array.from(rows, ({ rating }) => rating),
    row: Float64Array.from(rows.keys()),
    split: Uint8Array.from(rows, ({ split }) => split),
  };
}

// i05, i09 and i13 are dramas; i09 is the target, the fourth row.
const example = makeExample({
  id: "explanation/u1/3",
  task: "explanation",
  wording: "explanation/en/why@1",
  item: "i09",
  row: 3,
  history: ["i00", "i13", "i05"],
  candidates: null,
});

/** Whether an answer that gives the drama i13 as its reason, which the user rated 1, is said to hold. */
function isTrueReason(interactions: Interactions): boolean {
  const { likes } = factsOf(interactions, { catalog, likedFrom: 4 });
  const raw = `Because you liked ${catalog.label(13, "en")}.`;
  const { perUser } = scoreSystem({
    examples: [example],
    predictions: [makePrediction({ example: example.id, raw })],
    catalog,
    variant: "uni20",
    likes,
  });
  return perUser["names-true-reason"]!.values[0] === 1;
}

test("what the user disliked is no reason, be it an earlier test row", () => {
  const rows = [
    { item: 0, rating: 3, split: train },
    { item: 13, rating: 1, split: testRow },
    { item: 5, rating: 2, split: testRow },
    { item: 9, rating: 5, split: testRow },
  ];
  expect(isTrueReason(interactionsOf(rows))).toBe(false);
  const praised = rows.map((row) => (row.item === 13 ? { ...row, rating: 5 } : row));
  expect(isTrueReason(interactionsOf(praised))).toBe(true);
});

test("the mean that a rating is held against is that of the shown history, not of what came later", () => {
  const rows = [
    { item: 0, rating: 2, split: train },
    { item: 13, rating: 3, split: train },
    { item: 5, rating: 3, split: train },
    { item: 9, rating: 5, split: testRow },
  ];
  const later = [1, 2, 3].map((item) => ({ item, rating: 5, split: train }));
  expect(isTrueReason(interactionsOf([...rows, ...later]))).toBe(true);
});

test("slices by history hold no user as new whose history is of validation and test rows alone", () => {
  const held = interactionsOf([
    { item: 0, rating: 3, split: testRow },
    { item: 13, rating: 1, split: testRow },
    { item: 5, rating: 2, split: testRow },
    { item: 9, rating: 5, split: testRow },
    { item: 1, rating: 5, split: testRow },
  ]);
  // The window of a prompt shows less of it.
  const examples = [example, { ...example, id: "explanation/u1/4", row: 4, history: ["i09"] }];
  const facts = factsOf(held, { catalog, likedFrom: 4 });
  const slices = cutSlices("history-length", examples, { catalog, ...facts });
  expect(slices.map(({ value, examples: inside }) => [value, ...inside])).toEqual([
    ["3", "explanation/u1/3"],
    ["4", "explanation/u1/4"],
  ]);
});
