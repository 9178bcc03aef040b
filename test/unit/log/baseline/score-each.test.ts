import { expect, test } from "vitest";
import { scoreEach } from "../../../../src/log/baseline/score-each.ts";

test("gives one score an item, in the order asked for", () => {
  expect([...scoreEach(Int32Array.of(3, 1, 3), (item) => item / 2)]).toEqual([1.5, 0.5, 1.5]);
  expect(scoreEach(new Int32Array(0), () => 1)).toHaveLength(0);
});
