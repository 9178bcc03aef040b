import { expect, it } from "vitest";
import { makeKeptTexts } from "../../../../src/dataset/template/kept-texts.ts";

it("keeps the texts of each record apart, in each loop its own", () => {
  const [a, b] = [{ title: "A" }, { title: "A" }];
  const [one, two] = [makeKeptTexts(), makeKeptTexts()];
  one.set(a, ["a"]);
  two.set(a, ["A"]);
  expect([one.get(a), two.get(a), one.get(b)]).toEqual([["a"], ["A"], undefined]);
  one.set(b, ["b"]);
  one.set(a, ["c"]);
  expect([one.get(a), one.get(b)]).toEqual([["c"], ["b"]]);
});

it("keeps those of records that take no property, and leaves no trace in what is written of a record", () => {
  const kept = makeKeptTexts();
  const frozen = Object.freeze({ title: "A" });
  kept.set(frozen, ["a"]);
  expect(kept.get(frozen)).toEqual(["a"]);
  const open = { title: "B" };
  kept.set(open, ["b"]);
  expect(JSON.stringify(open)).toBe('{"title":"B"}');
  expect(Object.keys(open)).toEqual(["title"]);
});
