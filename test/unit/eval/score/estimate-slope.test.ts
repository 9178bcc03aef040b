import { expect, test } from "vitest";
import { rngFor } from "../../../../src/base/rng.ts";
import { estimateSlope, type Point } from "../../../../src/eval/score/estimate-slope.ts";

const options = { seed: 1, B: 500 };
const rng = rngFor("slope");

/** `users` with `each` points whose rank follows `rank` of slot and user. */
function pointsOf(users: number, each: number, rank: (slot: number, user: number) => number) {
  return Array.from({ length: users }, (_, u) => {
    const points = Array.from({ length: each }, (): Point => {
      const slot = 1 + rng.int(20);
      return { slot, rank: rank(slot, u) };
    });
    return { user: `u${u}`, points };
  });
}

test("worked by hand: two users, deviations from their own means", () => {
  const examples = [
    { user: "a", points: [1, 3].map((slot) => ({ slot, rank: slot === 1 ? 2 : 6 })) },
    { user: "b", points: [2, 4, 6].map((slot) => ({ slot, rank: 5 })) },
  ];
  // a: shared 4, own 2; b: shared 0, own 8.
  expect(estimateSlope(examples, options)).toMatchObject({ value: 0.4, n: 2 });
});

test("finds the slope under noise, and its interval holds it", () => {
  const { value, low, high, n } = estimateSlope(
    pointsOf(400, 4, (slot) => 0.3 * slot + 4 * rng.normal()),
    options,
  )!;
  expect(n).toBe(400);
  expect(low).toBeLessThan(0.3);
  expect(high).toBeGreaterThan(0.3);
  expect(value).toBeGreaterThan(low);
  expect(high - low).toBeLessThan(0.15);
});

test("hard examples that were shown late are no slope", () => {
  const examples = Array.from({ length: 100 }, (_, u) => {
    const late = u % 2 === 0 ? 10 : 0;
    return { user: `u${u}`, points: [1, 2, 3].map((s) => ({ slot: s + late, rank: 5 + late })) };
  });
  expect(estimateSlope(examples, options)).toEqual({ value: 0, low: 0, high: 0, n: 100 });
});

test("several examples of a user are one unit, each with its own level", () => {
  const two = [
    { user: "a", points: [1, 2].map((slot) => ({ slot, rank: slot })) },
    { user: "a", points: [11, 12].map((slot) => ({ slot, rank: slot - 10 })) },
  ];
  expect(estimateSlope(two, options)).toEqual({ value: 1, low: 1, high: 1, n: 1 });
});

test("nothing can be said where every example has one slot", () => {
  expect(estimateSlope([], options)).toBeNull();
  const still = [{ user: "a", points: [3, 3].map((slot) => ({ slot, rank: slot })) }];
  expect(estimateSlope([...still, { user: "b", points: [] }], options)).toBeNull();
});
