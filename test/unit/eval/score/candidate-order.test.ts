import { expect, test } from "vitest";
import { rngFor } from "../../../../src/base/rng.ts";
import { orderCandidates } from "../../../../src/eval/score/candidate-order.ts";

const rng = rngFor("candidate-order");
const questions = Array.from({ length: 200 }, (_, i) => ({
  user: `u${i % 60}`,
  row: i,
  candidates: Array.from({ length: 2 + rng.int(30) }, (_unused, c) => `i${c * 7}`),
}));

test("order 0 is the stored one, a copy", () => {
  for (const question of questions) {
    const order = orderCandidates(question, { seed: 3, perm: 0 });
    expect(order).toEqual(question.candidates);
    expect(order).not.toBe(question.candidates);
  }
});

test("every order holds each candidate once, and leaves the example as it is", () => {
  for (const question of questions) {
    const before = [...question.candidates];
    for (let perm = 1; perm < 6; perm++) {
      const order = orderCandidates(question, { seed: 3, perm });
      expect(order.toSorted()).toEqual(before.toSorted());
    }
    expect(question.candidates).toEqual(before);
  }
});

test("the same question, seed and number give the same order; another of them another", () => {
  const long = { ...questions[0]!, candidates: Array.from({ length: 20 }, (_, i) => `i${i}`) };
  const order = orderCandidates(long, { seed: 1, perm: 1 });
  expect(orderCandidates({ ...long }, { seed: 1, perm: 1 })).toEqual(order);
  for (const other of [
    orderCandidates(long, { seed: 1, perm: 2 }),
    orderCandidates(long, { seed: 2, perm: 1 }),
    orderCandidates({ ...long, user: "x" }, { seed: 1, perm: 1 }),
    orderCandidates({ ...long, row: -1 }, { seed: 1, perm: 1 }),
  ]) {
    expect(other).not.toEqual(order);
  }
});

test("over many orders an item stands in every slot about as often", () => {
  const long = { user: "u", row: 1, candidates: Array.from({ length: 8 }, (_, i) => `i${i}`) };
  const seen = new Float64Array(8);
  const orders = 4000;
  for (let perm = 1; perm <= orders; perm++)
    seen[orderCandidates(long, { seed: 1, perm }).indexOf("i3")]!++;
  // Four standard deviations of a binomial count.
  for (const count of seen)
    expect(Math.abs(count - orders / 8)).toBeLessThan(4 * Math.sqrt((orders * 7) / 64));
});
