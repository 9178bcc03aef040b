import { expect, test } from "vitest";
import { rngFor } from "../../../src/base/rng.ts";

test("a stream is its key's: the same parts give the same numbers, others others", () => {
  const draw = (...parts: (string | number)[]): number => rngFor(...parts).next();
  expect(draw(1, "a", "b")).toBe(draw(1, "a", "b"));
  expect(draw(1, "a", "b")).not.toBe(draw(1, "a/b"));
  expect(draw(1, "a")).not.toBe(draw(2, "a"));
});

test("filling an array gives what single draws give, and leaves the stream where they do", () => {
  const [one, many] = [rngFor(7, "fill"), rngFor(7, "fill")];
  const filled = new Int32Array(50);
  many.fillInts(filled, 943);
  expect(Array.from(filled)).toEqual(Array.from(filled, () => one.int(943)));
  expect(many.next()).toBe(one.next());
});
