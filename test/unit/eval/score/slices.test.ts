import { expect, test } from "vitest";
import type { Example } from "../../../../src/dataset/task/types.ts";
import { cutSlices } from "../../../../src/eval/score/slices.ts";
import { makeCatalog } from "../../../../src/log/catalog/catalog.ts";
import { makeExample, makeTestCatalog } from "../fixture.ts";

const catalog = makeTestCatalog();
const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const examples = lengths.map((length) =>
  makeExample({
    id: `e${length}`,
    user: `u${length}`,
    item: `i0${length}`,
    history: Array.from({ length }, () => "i01"),
  }),
);

test("history is cut into terciles of what is shown", () => {
  const slices = cutSlices("history-length", examples, { catalog });
  expect(slices.map(({ value }) => value)).toEqual(["1-3", "4-6", "7+"]);
  expect(slices.map((slice) => slice.examples.size)).toEqual([3, 3, 3]);
});

test("what the user did before the target is used where it is known, and zero stands apart", () => {
  const historyLength = ({ history }: Example) => (history.length - 1) * 10;
  const slices = cutSlices("history-length", examples, { catalog, historyLength });
  expect(slices.map(({ value }) => value)).toEqual(["0", "10-30", "40-60", "70+"]);
  expect(Array.from(slices[0]!.examples)).toEqual(["e1"]);
});

test("items unknown to train are cold", () => {
  const [cold, ...warm] = cutSlices("item-popularity", examples, { catalog });
  expect([cold!.value, Array.from(cold!.examples)]).toEqual(["0", ["e1", "e2", "e3"]]);
  expect(warm.map(({ value }) => value)).toEqual(["12-15", "18-21", "24+"]);
});

test("an item is counted by the train that the example was asked with", () => {
  const asked = ["a", "b"].map((id) => makeExample({ id, item: "i09" }));
  const cold = makeCatalog({ ...catalog.data, trainCount: new Int32Array(catalog.size) });
  const catalogOf = (id: string) => (id === "a" ? cold : catalog);
  const slices = cutSlices("item-popularity", asked, { catalog, catalogOf });
  expect(slices.map(({ value, examples: inside }) => [value, ...inside])).toEqual([
    ["0", "a"],
    ["27", "b"],
  ]);
});

test("ties make fewer slices, never an example in two or none", () => {
  const tied = [2, 2, 2, 2, 2, 5].map((length, i) =>
    makeExample({ id: `t${i}`, history: Array.from({ length }, () => "i01") }),
  );
  const slices = cutSlices("history-length", tied, { catalog });
  expect(slices.map(({ value }) => value)).toEqual(["2", "5"]);
  expect(slices.flatMap((slice) => Array.from(slice.examples)).toSorted()).toEqual(
    tied.map(({ id }) => id),
  );
  expect(cutSlices("history-length", [], { catalog })).toEqual([]);
});

test("a misspelt slice is refused with the nearest name", () => {
  expect(() => cutSlices("item-popularty", examples, { catalog })).toThrow(
    "Did you mean item-popularity?",
  );
});

test("genres may hold an example twice; language, wording and warmth are kinds by name", () => {
  const mixed = [
    makeExample({ id: "a", item: "i01", wording: "ranking/ko/list@1", warmth: "cold-user" }),
    makeExample({ id: "b", item: "i03" }),
  ];
  const cut = (name: string) =>
    cutSlices(name, mixed, { catalog }).map((slice) => [slice.value, ...slice.examples]);
  expect(cut("genre")).toEqual([
    ["Crime", "b"],
    ["Drama", "a"],
    ["Film-Noir", "b"],
    ["Romance", "a"],
  ]);
  expect(cut("language")).toEqual([
    ["en", "b"],
    ["ko", "a"],
  ]);
  expect(cut("wording")).toEqual([
    ["ranking/en/shelf@1", "b"],
    ["ranking/ko/list@1", "a"],
  ]);
  expect(cut("warmth")).toEqual([
    ["cold-user", "a"],
    ["warm", "b"],
  ]);
});

test("time is cut into terciles of days; what has no time is in none", () => {
  const day = 86_400;
  const timed = [0, 1, 2, 3, 4, 5].map((n) => makeExample({ id: `d${n}`, time: n * day + 7 }));
  const slices = cutSlices("time", [...timed, makeExample({ id: "x", time: null })], { catalog });
  expect(slices.map(({ value, examples: inside }) => [value, inside.size])).toEqual([
    ["1970-01-01 to 1970-01-02", 2],
    ["1970-01-03 to 1970-01-04", 2],
    ["1970-01-05 to 1970-01-06", 2],
  ]);
  const tied = timed.map((example) => ({ ...example, time: day }));
  expect(cutSlices("time", tied, { catalog }).map(({ value }) => value)).toEqual(["1970-01-02"]);
  expect(cutSlices("time", [], { catalog })).toEqual([]);
});

test("time takes more examples than a call takes arguments", () => {
  const many = Array.from({ length: 400_000 }, (_, n) =>
    makeExample({ id: `m${n}`, time: n * 86_400 }),
  );
  expect(cutSlices("time", many, { catalog })).toHaveLength(3);
});
