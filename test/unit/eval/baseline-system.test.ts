import { expect, test } from "vitest";
import { makeBaselineSystem, tasksOfBaseline } from "../../../src/eval/baseline-system.ts";
import type { Interactions } from "../../../src/log/split/load-interactions.ts";
import { makeExample, makeTestCatalog } from "./fixture.ts";

const catalog = makeTestCatalog();

/** Rows `[user, item, split, rating]`; users a, b, c. */
function interactionsOf(rows: [number, number, 0 | 1 | 2, number][]): Interactions {
  const column = (at: 0 | 1 | 2 | 3): number[] => rows.map((row) => row[at]);
  return {
    users: ["a", "b", "c"],
    user: Int32Array.from(column(0)),
    item: Int32Array.from(column(1)),
    split: Uint8Array.from(column(2)),
    rating: Float64Array.from(column(3)),
    time: new Float64Array(rows.length),
    row: Float64Array.from(rows.keys()),
  };
}

// Items 9 and 10 go together in train; user a met 9 in validation alone, and 11 is the test item.
const interactions = interactionsOf([
  [0, 1, 0, 2],
  [0, 9, 1, 5],
  [0, 11, 2, 5],
  [1, 9, 0, 4],
  [1, 10, 0, 4],
  [2, 9, 0, 3],
  [2, 10, 0, 3],
]);

const open = (name: string): ReturnType<ReturnType<typeof makeBaselineSystem>["open"]> =>
  makeBaselineSystem(name, {
    datasetHash: "d",
    seed: 1,
    tasks: ["ranking"],
    data: async () => ({ catalog, interactions }),
  }).open();

const example = makeExample({ user: "a", item: "i11", candidates: ["i03", "i10", "i11"] });

test("what a user did in validation is history, though nothing is fitted on it", async () => {
  const [said] = await (await open("item-knn")).answer([example]);
  expect(said!.items[0]).toBe("i10");
  expect(said!.choices!["i10"]).toBeGreaterThan(0);
  expect(said!.choices!["i03"]).toBe(0);
  const [counts] = await (
    await open("popularity")
  ).answer([{ ...example, candidates: ["i09", "i10", "i11"] }]);
  // Item 9 counts twice: the row in validation is not train, and that in test is nobody's business.
  expect(counts!.choices).toEqual({ i09: 2, i10: 2, i11: 0 });
});

test("ratings are predicted from train ratings", async () => {
  const rating = { ...example, task: "rating", candidates: null };
  const [user] = await (await open("user-mean")).answer([rating]);
  expect(user).toMatchObject({ outcome: "ok", value: 2, choices: null, items: [] });
});

test("only rules that predict ratings are asked for them", () => {
  const asked = ["rating", "ranking", "explanation"];
  expect(tasksOfBaseline("item-knn", asked)).toEqual(["ranking"]);
  expect(tasksOfBaseline("item-mean", asked)).toEqual(["rating", "ranking"]);
});
