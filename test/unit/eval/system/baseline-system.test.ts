import { describe, expect, test } from "vitest";
import type { Example } from "../../../../src/dataset/task/types.ts";
import { makeKnown } from "../../../../src/eval/system/fit-baseline.ts";
import {
  makeBaselineSystem,
  tasksOfBaseline,
} from "../../../../src/eval/system/baseline-system.ts";
import type { Interactions } from "../../../../src/log/split/load-interactions.ts";
import { makeExample, makeTestCatalog } from "../fixture.ts";

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

const target = { user: "a", item: "i11", row: 2 };
const example = makeExample({ ...target, candidates: ["i03", "i10", "i11"] });

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

describe("several targets of one user", () => {
  // User a is asked for 11 and then for 10; 5 is a train row that comes after both, as random splits have it.
  const rows = interactionsOf([
    [0, 9, 0, 2],
    [0, 11, 2, 5],
    [0, 10, 2, 5],
    [0, 5, 0, 5],
    [1, 11, 0, 4],
    [1, 10, 0, 4],
    [1, 5, 0, 4],
    [1, 3, 0, 4],
  ]);
  const ask = async (name: string, what: Partial<Example>) => {
    const data = async () => ({ catalog, interactions: rows, likedFrom: 4 });
    const system = makeBaselineSystem(name, { datasetHash: "d", seed: 1, tasks: [], data });
    const [said] = await (await system.open()).answer([makeExample({ user: "a", ...what })]);
    return said!;
  };

  test("the earlier one is history of the later one, as it is in prompts", async () => {
    const candidates = ["i03", "i10", "i20"];
    const second = await ask("item-knn", { item: "i10", row: 2, candidates });
    expect(second.choices!["i10"]).toBeGreaterThan(0);
    const first = await ask("item-knn", { item: "i11", row: 1, candidates });
    expect(first.choices).toEqual({ i03: 0, i10: 0, i20: 0 });
    const yes = await ask("user-rate", { task: "preference", item: "i10", row: 2 });
    // Ratings 2 and 5 came before; the 5 of the target itself and the one after it did not.
    expect(Math.exp(yes.choices!["yes"]!)).toBeCloseTo(2 / 4, 12);
  });

  test("what comes after a target is not known when it is asked for", async () => {
    const next = { task: "next-item", candidates: null, item: "i11", row: 1 };
    const { items } = await ask("popularity", next);
    expect(items.slice(0, 3)).toEqual(["i05", "i03", "i10"]);
    expect(items).not.toContain("i09");
  });

  test("a rating is shown as it was before the target", async () => {
    const again = interactionsOf([
      [0, 9, 0, 1],
      [0, 11, 2, 5],
      [0, 9, 0, 5],
    ]);
    const known = makeKnown({ catalog, interactions: again });
    const shown = makeExample({ user: "a", row: 1, history: ["i09"] });
    expect([...known.ask(shown).shownRatings]).toEqual([1]);
  });

  test("an example that the interactions lack is refused", async () => {
    const asked = ask("item-knn", { row: 6, candidates: ["i03"] });
    await expect(asked).rejects.toMatchObject({ code: "dataset-files-disagree" });
    await expect(ask("item-knn", { user: "z" })).rejects.toThrow(/interactions of the dataset/);
  });
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

test("a whole catalog is ranked without what the user had; the truth's place is kept", async () => {
  const next = { ...example, task: "next-item", candidates: null };
  const [said] = await (await open("popularity")).answer([next]);
  // Item 1 and 9 are user a's own; 10 has two train rows, the truth (11) none, like the 20 other items.
  expect(said!.items[0]).toBe("i10");
  expect(said!.items).not.toContain("i09");
  expect(said).toMatchObject({ choices: null, rank: { greater: 1, equal: 20, of: 22 } });
});

test("yes or no comes with its probability, and likes are what the data says", async () => {
  const system = makeBaselineSystem("like-count", {
    datasetHash: "d",
    seed: 1,
    tasks: ["preference"],
    data: async () => ({ catalog, interactions, likedFrom: 4 }),
  });
  const asked = { ...example, task: "preference", history: ["i01", "i09"], candidates: null };
  const [said] = await (await system.open()).answer([asked]);
  // Ratings 2 and 5 are shown: (1 + 1) / (2 + 2).
  expect(Math.exp(said!.choices!["yes"]!)).toBeCloseTo(0.5, 12);
  expect(said!.value).toBe(1);
});

test("parameters, rows fitted on and tuning are part of the identity", () => {
  const identity = (setup: object): string =>
    makeBaselineSystem("ease", {
      datasetHash: "d",
      seed: 1,
      tasks: [],
      data: async () => ({ catalog, interactions }),
      setup,
    }).identity;
  const tuned = { budget: "at most 3 settings", find: async () => ({}) };
  const all = [{}, { params: { lambda: 5 } }, { fitOn: "train+validation" }, { tuned }];
  expect(new Set(all.map(identity)).size).toBe(4);
});
