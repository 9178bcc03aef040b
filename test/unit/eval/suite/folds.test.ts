import { describe, expect, test } from "vitest";
import type { BuildResult } from "../../../../src/dataset/build.ts";
import type { EvalData } from "../../../../src/eval/suite/eval-data.ts";
import { buildFolds, foldsOf, joinFolds } from "../../../../src/eval/suite/folds.ts";
import type { Suite } from "../../../../src/eval/suite/recipe.ts";
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

test("joined folds hold all examples and know whose each is", async () => {
  const dataOf = (hash: string, id: string): EvalData =>
    ({ manifest: { hash }, examples: async () => [makeExample({ id })] }) as unknown as EvalData;
  const joined = joinFolds([dataOf("a", "rating/u/1"), dataOf("b", "rating/u/2")]);
  expect((await joined.examples()).map(({ id }) => id)).toEqual(["rating/u/1", "rating/u/2"]);
  expect([joined.partOf("rating/u/1"), joined.partOf("rating/u/2")]).toEqual([0, 1]);
  expect(joined.manifest.hash).not.toBe(
    joinFolds([dataOf("a", "x"), dataOf("c", "y")]).manifest.hash,
  );
});
