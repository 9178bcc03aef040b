import { describe, expect, test } from "vitest";
import type { BuildResult } from "../../../../src/dataset/build.ts";
import type { EvalData } from "../../../../src/eval/suite/eval-data.ts";
import { buildFolds, foldsOf, joinFolds } from "../../../../src/eval/suite/folds.ts";
import type { Suite, SuiteValue } from "../../../../src/eval/suite/recipe.ts";
import { makeExample } from "../fixture.ts";

const suiteOf = (folds: unknown): Suite =>
  ({ path: "s.yaml", datasetOverrides: ["seed=2"], value: { folds } }) as unknown as Suite;
const datasetOf = (split: object): BuildResult =>
  ({ dir: "d", manifest: { recipe: { split } } }) as unknown as BuildResult;
const random = datasetOf({ by: "random", folds: 3, fold: 0 });

describe("folds asked", () => {
  test("are all, those named, or none", () => {
    expect(foldsOf(suiteOf("all"), random)).toEqual([0, 1, 2]);
    expect(foldsOf(suiteOf([2, 0, 2]), random)).toEqual([0, 2]);
    expect(foldsOf(suiteOf(null), datasetOf({ by: "time" }))).toBeNull();
  });

  test("must be there", () => {
    expect(() => foldsOf(suiteOf([3]), random)).toThrow(/no fold 3[\s\S]*folds 0 to 2/);
    expect(() => foldsOf(suiteOf("all"), datasetOf({ by: "time" }))).toThrow(/split at random/);
  });

  test("are built one by one, each with the suite's own overrides", async () => {
    const asked: string[][] = [];
    const built = await buildFolds(
      suiteOf([1, 2]),
      random,
      async ({ datasetOverrides }) => {
        asked.push(datasetOverrides);
        return random;
      },
      {} as never,
    );
    expect(built).toHaveLength(2);
    expect(asked).toEqual([
      ["seed=2", "split.fold=1"],
      ["seed=2", "split.fold=2"],
    ]);
  });
});

const dataOf = (hash: string, ...ids: string[]): EvalData => {
  const examples = ids.map((id) => makeExample({ id, task: "rating", user: id.split("/")[1]! }));
  return { manifest: { hash }, everyExample: async () => examples } as unknown as EvalData;
};
const limitTo = (rating: number | null) =>
  ({ limit: { rating }, seed: 1 }) as unknown as Pick<SuiteValue, "limit" | "seed">;

test("a limit is one of users in all folds together, with what each fold asks of them", async () => {
  const users = ["a", "b", "c", "d", "e", "f"];
  const fold = (hash: string, of: string[], row: number): EvalData =>
    dataOf(hash, ...of.map((user) => `rating/${user}/${row}`));
  const parts = [fold("x", users, 1), fold("y", users.toReversed(), 2), fold("z", ["a", "g"], 3)];
  const asked = await joinFolds(parts, limitTo(3)).examples();
  const drawn = new Set(asked.map(({ user }) => user));
  expect(drawn.size).toBe(3);
  const all = await joinFolds(parts, limitTo(null)).examples();
  expect(asked).toEqual(all.filter(({ user }) => drawn.has(user)));
  expect(all).toHaveLength(14);
});

test("joined folds hold all examples and know whose each is", async () => {
  const joined = joinFolds([dataOf("a", "rating/u/1"), dataOf("b", "rating/u/2")], limitTo(null));
  expect((await joined.examples()).map(({ id }) => id)).toEqual(["rating/u/1", "rating/u/2"]);
  expect([joined.partOf("rating/u/1"), joined.partOf("rating/u/2")]).toEqual([0, 1]);
  expect(joined.manifest.hash).not.toBe(
    joinFolds([dataOf("a", "x/u"), dataOf("c", "y/u")], limitTo(null)).manifest.hash,
  );
});
