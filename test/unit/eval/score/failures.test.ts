import { expect, test } from "vitest";
import { countFailures } from "../../../../src/eval/score/failures.ts";
import type { Prediction } from "../../../../src/eval/score/types.ts";
import { makeCatalog, type Catalog } from "../../../../src/log/catalog/catalog.ts";
import { makeExample, makePrediction, makeTestCatalog } from "../fixture.ts";

const catalog = makeTestCatalog();

function count(...predictions: Partial<Prediction>[]) {
  const examples = predictions.map((_, row) =>
    makeExample({ id: `ranking/u${row}/7`, user: `u${row}` }),
  );
  return countFailures(
    examples,
    predictions.map((p, i) => makePrediction({ example: examples[i]!.id, ...p })),
    { catalog },
  );
}

test("kinds of unusable answers are shares of all answers", () => {
  const rates = count(
    { outcome: "malformed" },
    { outcome: "refused" },
    { outcome: "truncated" },
    { items: ["i09"] },
  );
  expect(rates).toMatchObject({ malformed: 0.25, refused: 0.25, truncated: 0.25, error: 0 });
});

test("items that were not offered, repeats of history and duplicates count once an answer", () => {
  expect(count({ items: ["i20", "i21"] }, { items: ["i09"] })).toMatchObject({
    "off-list": 0.5,
    "repeats-history": 0,
  });
  expect(count({ items: ["i01", "i09"] })).toMatchObject({ "off-list": 1, "repeats-history": 1 });
  expect(count({ items: ["i09", "i09"] }, {})).toMatchObject({ duplicates: 0.5 });
});

test("written answers without one known title are off-catalog, known ones that were not offered off-list", () => {
  const rates = count(
    { outcome: "malformed", raw: "The Lost Reel" },
    { outcome: "malformed", raw: "Film i20 (2000)" },
    { outcome: "ok", raw: "Film i09 (1989)", items: ["i09"] },
    { outcome: "refused", raw: "I can't." },
  );
  expect(rates["off-catalog"]).toBeCloseTo(1 / 3, 14);
  expect(rates["off-list"]).toBe(1 / 4);
  expect(count({ choices: { i03: 1 }, items: ["i03"] })).not.toHaveProperty("off-catalog");
});

test("an answer that lists candidates as they were shown copies their order", () => {
  expect(count({ items: ["i03", "i09", "i11"] })).toMatchObject({ "copies-order": 1 });
  expect(count({ items: ["i11", "i10", "i03", "i09"] })).toMatchObject({ "copies-order": 0.5 });
  expect(count({ items: ["i11"] })).not.toHaveProperty("copies-order");
});

test("the pull of the first place and of popularity is seen in the best item", () => {
  // Train counts of the candidates i03, i09, i10, i11 are 0, 27, 30, 33.
  expect(count({ items: ["i03"] }, { items: ["i11"] })).toMatchObject({
    "picks-first-shown": 0.5,
    "pick-popularity": 0.5,
  });
  expect(count({ choices: { i03: -3, i11: -1 } })).toMatchObject({
    "picks-first-shown": 0,
    "pick-popularity": 1,
  });
  expect(count({ choices: { i03: 1, i11: 1 } })).not.toHaveProperty("pick-popularity");
  expect(count({ items: ["i11"], outcome: "malformed" })).not.toHaveProperty("pick-popularity");
});

test("popularity is that in the train that the example was asked with", () => {
  const examples = ["u0", "u1"].map((user) => makeExample({ id: `ranking/${user}/7`, user }));
  const predictions = examples.map(({ id }) => makePrediction({ example: id, items: ["i11"] }));
  const without = (least: string): Catalog => {
    const trainCount = Int32Array.from(catalog.data.ids, (id) => Number(id !== least));
    return makeCatalog({ ...catalog.data, trainCount });
  };
  // The pick is below all three others in the one train, and level with two of them in the other.
  const catalogOf = (id: string): Catalog => without(id === "ranking/u0/7" ? "i11" : "i03");
  const rates = countFailures(examples, predictions, { catalog, catalogOf });
  expect(rates["pick-popularity"]).toBeCloseTo((0 + 2 / 3) / 2, 12);
});

test("answers that are no lists show no list failures", () => {
  const examples = [makeExample({ id: "rating/u1/7", task: "rating", candidates: null })];
  const rates = countFailures(examples, [makePrediction({ example: "rating/u1/7", value: 3 })], {
    catalog,
  });
  expect(Object.keys(rates)).toEqual(["malformed", "truncated", "refused", "error"]);
  expect(countFailures(examples, [], { catalog })).toEqual({});
});
