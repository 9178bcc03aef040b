import { expect, test } from "vitest";
import type { Suite, SuiteSystem } from "../../../../src/eval/suite/recipe.ts";
import {
  expandSeeds,
  findAblationFault,
  findPairFault,
  findSeedFault,
  poolsOf,
  trainSeedsOf,
  withTrainSeed,
} from "../../../../src/eval/suite/seed-keys.ts";

const tuned = (more: Partial<SuiteSystem> = {}): SuiteSystem => {
  return { name: "tuned", model: "job", seeds: [3, 1], ...more };
};
const base: SuiteSystem = { name: "base", model: "job:base" };
const ease: SuiteSystem = { name: "ease" };

test("each seed is a system of its own, and keeps what else was said", () => {
  const systems = [base, tuned({ ablation: "shuffled-history" }), ease];
  expect(expandSeeds(systems)).toEqual([
    base,
    { name: "tuned-seed3", model: "job", seeds: [3], ablation: "shuffled-history" },
    { name: "tuned-seed1", model: "job", seeds: [1], ablation: "shuffled-history" },
    ease,
  ]);
  expect(poolsOf(systems)).toEqual([
    {
      name: "tuned",
      members: [
        { seed: 3, name: "tuned-seed3" },
        { seed: 1, name: "tuned-seed1" },
      ],
    },
  ]);
});

test("the job's own seed is tuned where a system without seeds asks for it, or none has seeds", () => {
  expect(trainSeedsOf({ systems: [ease] })).toEqual([null]);
  expect(trainSeedsOf({ systems: [base, tuned()] })).toEqual([null, 1, 3]);
  expect(trainSeedsOf({ systems: [tuned(), { ...base, seeds: [1, 3] }] })).toEqual([1, 3]);
  expect(trainSeedsOf({ systems: [tuned(), tuned({ seeds: [9, 1] })] })).toEqual([1, 3, 9]);
});

test("a seed is laid over the job recipe last", () => {
  const suite = { jobOverrides: ["seed=5"] } as Suite;
  expect(withTrainSeed(suite, 2).jobOverrides).toEqual(["seed=5", "seed=2"]);
  expect(withTrainSeed(suite, null)).toBe(suite);
});

test("two systems with seeds are compared seed by seed, so they have the same", () => {
  const primary = { system: "tuned", against: "base" };
  expect(findPairFault([tuned(), { ...base, seeds: [1, 3] }], primary)).toBeNull();
  expect(findPairFault([tuned(), base], primary)).toBeNull();
  expect(findPairFault([tuned(), { ...base, seeds: [1, 2] }], primary)).toContain(
    "different seeds",
  );
  expect(findPairFault([tuned(), { ...base, seeds: [1, 2, 3] }], primary)).toContain(
    "different seeds",
  );
});

test("an ablation of a system with seeds is asked of the same jobs", () => {
  const shuffled: SuiteSystem = { name: "shuffled", model: "job", ablation: "shuffled-history" };
  const fault = (...systems: SuiteSystem[]) => findAblationFault(systems, systems.at(-1)!);
  expect(fault(tuned(), shuffled)).toBe(
    '"tuned" is the mean of seeds 1, 3: ask "shuffled" of the same jobs, seeds: [1, 3]',
  );
  expect(fault(tuned(), { ...shuffled, seeds: [1, 2] })).toContain("seeds: [1, 3]");
  expect(fault(tuned(), { ...shuffled, seeds: [1, 3] })).toBeNull();
  expect(fault({ name: "tuned", model: "job" }, shuffled)).toBeNull();
  expect(fault(tuned(), { ...shuffled, model: "job:abc" })).toBeNull();
  expect(fault(tuned(), base)).toBeNull();
});

test("only the suite's own job has seeds, and no checkpoints beside them", () => {
  for (const fine of [tuned(), { ...base, seeds: [1, 2] }, base, ease])
    expect(findSeedFault(fine)).toBeNull();
  for (const more of [{ model: "job:abc" }, { model: "openai:x" }, { checkpoints: "all" as const }])
    expect(findSeedFault(tuned(more))).toContain("only the suite's own job");
});
