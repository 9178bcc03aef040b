import { expect, it } from "vitest";
import { letters, placeOfLetter } from "../../../../src/dataset/template/letters.ts";

it("goes from Z to AA, and from AZ to BA", () => {
  expect([0, 25, 26, 51, 52, 701, 702].map((place) => letters[place])).toEqual([
    "A",
    "Z",
    "AA",
    "AZ",
    "BA",
    "ZZ",
    "AAA",
  ]);
});

it("finds the place of every letter, in either case", () => {
  expect(letters.map(placeOfLetter)).toEqual(letters.map((_, place) => place));
  expect(placeOfLetter("b")).toBe(1);
  expect(placeOfLetter("가")).toBe(-1);
});
