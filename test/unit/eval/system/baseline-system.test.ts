import { describe, expect, test } from "vitest";
import type { Example } from "../../../../src/dataset/task/types.ts";
import type { Params } from "../../../../src/log/baseline/params.ts";
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
    const data = async () => ({
      catalog,
      interactions: rows,
      likes: { from: 4, dislikedUpTo: null },
    });
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
    // Train says 2 and 5 (what is fitted is fitted), and 5 came before the target; its own 5 is not known.
    expect(Math.exp(yes.choices!["yes"]!)).toBeCloseTo(3 / 5, 12);
  });

  test("what comes after a target is not known when it is asked for", async () => {
    const next = { task: "next-item", candidates: null, item: "i11", row: 1 };
    const { items } = await ask("popularity", next);
    expect(items.slice(0, 3)).toEqual(["i05", "i03", "i10"]);
    expect(items).not.toContain("i09");
  });

  test("a rule for ratings knows them too", async () => {
    const said = await ask("user-mean", { task: "rating", item: "i10", row: 2 });
    // Ratings 2 (train), 5 (train, after the target) and 5 (the test row before it).
    expect(said.value).toBe(4);
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
    const copies = interactionsOf([
      [0, 9, 0, 5],
      [0, 3, 0, 3],
      [0, 9, 0, 1],
      [0, 11, 2, 5],
    ]);
    const { ask: asks } = makeKnown({ catalog, interactions: copies });
    const history = ["i09", "i03", "i09", "i04"];
    const target3 = makeExample({ user: "a", row: 3, history });
    expect([...asks(target3).shownRatings]).toEqual([5, 3, 1, NaN]);
    const last = makeExample({ user: "a", row: 3, history: history.slice(1, 3) });
    expect([...asks(last).shownRatings]).toEqual([3, 1]);
  });

  test("an example that the interactions lack is refused", async () => {
    const asked = ask("item-knn", { row: 6, candidates: ["i03"] });
    await expect(asked).rejects.toMatchObject({ code: "dataset-files-disagree" });
    await expect(ask("item-knn", { user: "z" })).rejects.toThrow(/interactions of the dataset/);
  });
});

describe("a target that the user had before", () => {
  const again = interactionsOf([
    [0, 9, 0, 1],
    [0, 10, 0, 1],
    [0, 9, 2, 5],
    [1, 9, 0, 4],
    [1, 10, 0, 4],
  ]);
  const target9 = makeExample({ user: "a", item: "i09", row: 2, task: "next-item" });
  const ask = async (repeats: "keep" | "drop-target") => {
    const data = async () => ({ catalog, interactions: again, repeats });
    const system = makeBaselineSystem("popularity", { datasetHash: "d", seed: 1, tasks: [], data });
    return (await (await system.open()).answer([{ ...target9, candidates: null }]))[0]!;
  };

  test("is no history of itself where prompts drop it", () => {
    const historyOf = (repeats: "keep" | "drop-target") =>
      Array.from(makeKnown({ catalog, interactions: again, repeats }).ask(target9).history);
    expect(historyOf("drop-target")).toEqual([10]);
    expect(historyOf("keep")).toEqual([9, 10]);
  });

  test("is not given away by a list without all else that the user had", async () => {
    expect((await ask("drop-target")).rank).toEqual({ greater: 0, equal: 0, of: 23 });
    // Item 10 can be had again as well, and is as popular.
    expect((await ask("keep")).rank).toEqual({ greater: 0, equal: 1, of: 24 });
  });
});

describe("a baseline that diverged", () => {
  const ask = async (name: string, what: Partial<Example>, params: Params) => {
    const system = makeBaselineSystem(name, {
      datasetHash: "d",
      seed: 1,
      tasks: [],
      data: async () => ({ catalog, interactions }),
      setup: { params },
    });
    return (await system.open()).answer([makeExample({ ...target, ...what })]);
  };
  const wild = { epochs: 1000, learningRate: 1000, regularisation: 10 };

  test("is refused before an answer is kept, whatever it is asked", async () => {
    const refused = { code: "score-not-a-number", where: "ranking/u1/7" };
    const candidates = ["i03", "i10", "i11"];
    await expect(ask("bpr-mf", { candidates }, wild)).rejects.toMatchObject(refused);
    const rating = { task: "rating", item: "i09", candidates: null };
    await expect(ask("bias-mf", rating, wild)).rejects.toMatchObject(refused);
  });
});

test("ratings are predicted from what the user rated in train and up to the target", async () => {
  const rating = { ...example, task: "rating", candidates: null };
  const [user] = await (await open("user-mean")).answer([rating]);
  expect(user).toMatchObject({ outcome: "ok", value: 3.5, choices: null, items: [] });
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
    data: async () => ({ catalog, interactions, likes: { from: 4, dislikedUpTo: null } }),
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
  const tuned = { budget: "at most 3 settings", identity: "a", find: async () => ({}) };
  const all = [{}, { params: { lambda: 5 } }, { fitOn: "train+validation" }, { tuned }];
  expect(new Set(all.map(identity)).size).toBe(4);
});
