import { expect, test } from "vitest";
import { compareSystems } from "../../../../src/eval/score/compare.ts";
import { compareSeeds, meanOverSeeds, poolScores } from "../../../../src/eval/score/pool-scores.ts";
import type { SystemScores } from "../../../../src/eval/score/score.ts";
import { makeExample, perUser } from "../fixture.ts";

const metric = "ndcg@10/uni20";
const named = { system: "tuned", against: "base", seed: 1, B: 2000 };

test("seeds are averaged a user, their deltas kept apart", () => {
  const pairs = [
    { seed: 4, a: perUser([1, 2, 3]), b: perUser([0, 0, 0]) },
    { seed: 9, a: perUser([3, 2, 1], 1), b: perUser([1, 1, 1], 1) },
  ];
  const both = compareSeeds(pairs, metric, named);
  // Users 1 and 2 have both seeds: means of (2, 2) and (3, 1).
  expect(both).toMatchObject({ n: 2, delta: 2, seedSd: Math.SQRT1_2 });
  expect(both.seeds!.map(({ seed, delta }) => [seed, delta])).toEqual([
    [4, 2],
    [9, 1],
  ]);
});

test("each seed has the interval that it would have alone", () => {
  const [a, b] = [perUser([1, 0, 1, 1, 0, 1]), perUser([0, 0, 1, 0, 1, 0])];
  const { seeds, seedSd } = compareSeeds([{ seed: 1, a, b }], metric, named);
  const { delta, low, high } = compareSystems(a, b, metric, named);
  expect(seeds).toEqual([{ seed: 1, delta, low, high }]);
  expect(seedSd).toBe(0);
});

test("a seed is a repetition, no more users: equal seeds leave the interval as it was", () => {
  const [a, b] = [perUser([1, 0, 1, 1, 0, 1]), perUser([0, 0, 1, 0, 1, 0])];
  const one = compareSystems(a, b, metric, named);
  const three = compareSeeds(
    [1, 2, 3].map((seed) => ({ seed, a, b })),
    metric,
    named,
  );
  expect(three).toMatchObject({ n: one.n, low: one.low, high: one.high, p: one.p });
});

test("users that a seed lacks are left out of the mean", () => {
  const pooled = meanOverSeeds([perUser([1, 2, 3]), perUser([4, 6], 1)]);
  expect(pooled.users).toEqual(["u001", "u002"]);
  expect([...pooled.values]).toEqual([3, 4.5]);
});

test("pooled scores are means of users, without metrics that a seed lacks", () => {
  const example = makeExample({ id: "ranking/u000/1" });
  const scores = (value: number, more: SystemScores["perUser"] = {}): SystemScores => ({
    rows: [{ example, metrics: { [metric]: value } }],
    perUser: { [metric]: perUser([value]), ...more },
    perUserOf: (inside, name) =>
      inside.has(example.id) && name === metric ? perUser([value]) : undefined,
    unanswered: ["explanation"],
  });
  const pooled = poolScores([
    { seed: 1, scores: scores(0) },
    { seed: 2, scores: scores(1, { kappa: perUser([1]) }) },
  ]);
  expect(Object.keys(pooled.perUser)).toEqual([metric]);
  expect([...pooled.perUser[metric]!.values]).toEqual([0.5]);
  expect([...pooled.perUserOf(new Set([example.id]), metric)!.values]).toEqual([0.5]);
  expect(pooled.perUserOf(new Set(["other"]), metric)).toBeUndefined();
});
