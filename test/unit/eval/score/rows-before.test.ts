import { expect, test } from "vitest";
import { makeRowsBefore } from "../../../../src/eval/score/rows-before.ts";
import type { Interactions } from "../../../../src/log/split/load-interactions.ts";
import { makeExample } from "../fixture.ts";

// Rows of u1 and u2 in total order, numbered as the log numbers them.
const held: Interactions = {
  users: ["u1", "u2"],
  user: Int32Array.of(0, 0, 0, 1, 1),
  item: Int32Array.of(4, 5, 6, 7, 8),
  time: new Float64Array(5),
  rating: new Float64Array(5),
  row: Float64Array.of(8, 3, 5, 0, 9),
  split: Uint8Array.of(0, 1, 2, 2, 2),
};
const rowsBefore = makeRowsBefore(held);

test.each([
  ["u1", 8, { start: 0, end: 0 }],
  ["u1", 5, { start: 0, end: 2 }],
  ["u2", 9, { start: 3, end: 4 }],
  // A target that the interactions lack comes after all of them.
  ["u2", 77, { start: 3, end: 5 }],
  ["u3", 0, { start: 0, end: 0 }],
])("of %s before row %i", (user, row, expected) => {
  expect(rowsBefore(makeExample({ user, row }))).toEqual(expected);
});
