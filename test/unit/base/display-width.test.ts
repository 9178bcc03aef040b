import { expect, test } from "vitest";
import { displayWidth, padDisplay } from "../../../src/base/display-width.ts";

test.each([
  ["abc", 3],
  ["이지", 4],
  ["e\u0301", 1],
  // The same syllable, written as one character and as three letters.
  ["한", 2],
  ["한".normalize("NFD"), 2],
  ["映画🎬", 6],
  ["", 0],
])("%j takes %i columns", (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test("pads by columns, and never cuts", () => {
  expect(padDisplay("이지", 6, "left")).toBe("이지  ");
  expect(padDisplay("이지", 6, "right")).toBe("  이지");
  expect(padDisplay("이지", 3, "left")).toBe("이지");
});
