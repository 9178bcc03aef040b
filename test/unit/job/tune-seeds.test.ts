import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JobPlan } from "../../../src/job/provider/types.ts";
import { tuneSeeds, type TuneSeedsOptions } from "../../../src/job/tune-seeds.ts";
import { makeDataset, makeRecipe } from "./fixture.ts";
import { workspace } from "./workspace.ts";

// Each job of this server has a ceiling of 2 dollars, the recipe a limit of 10.
const start = (space: ReturnType<typeof workspace>, seeds: number[], more: TuneSeedsOptions = {}) =>
  tuneSeeds(makeRecipe(space.dir), seeds, makeDataset(space.dir), space.context, {
    providers: space.providers,
    ...more,
  });

test("tunes one job a seed, and none of them twice", async () => {
  using space = workspace("B");
  const { jobs, leftUsd } = await start(space, [3, 1]);
  expect(jobs.map(({ seed, job, reused }) => [seed, job.spec.seed, reused])).toEqual([
    [3, 3, false],
    [1, 1, false],
  ]);
  expect(leftUsd).toBe(6);
  const again = await start(space, [1, 2, 3]);
  expect(again.jobs.map(({ reused }) => reused)).toEqual([true, false, true]);
  expect(again.leftUsd).toBe(8);
  expect(space.server.creates).toBe(3);
});

test("counts all seeds before the first starts", async () => {
  using space = workspace("B");
  await expect(start(space, [1, 2, 3], { maxUsd: 5 })).rejects.toMatchObject({
    code: "budget-exceeded",
    message: expect.stringContaining("up to 6.00 USD; the limit is 5.00 USD"),
  });
  expect(space.server.creates).toBe(0);
  expect(existsSync(join(space.dir, ".rectune/ledger.sqlite"))).toBe(false);
  // What is finished costs nothing more.
  await start(space, [1]);
  await start(space, [1, 2, 3], { maxUsd: 5 });
  expect(space.server.creates).toBe(3);
});

test("asks once, for all of them together, and sends nothing where the answer is no", async () => {
  using space = workspace("B");
  const asked: JobPlan[] = [];
  const answer = (yes: boolean) => async (plan: JobPlan) => {
    asked.push(plan);
    return yes;
  };
  await expect(start(space, [1, 2], { confirm: answer(false) })).rejects.toMatchObject({
    code: "job-not-approved",
  });
  expect(space.server.creates).toBe(0);
  await start(space, [1, 2], { confirm: answer(true) });
  expect(space.server.creates).toBe(2);
  expect(asked.map(({ ceilingUsd, estimateUsd }) => [ceilingUsd, estimateUsd])).toEqual([
    [4, 2],
    [4, 2],
  ]);
  expect(asked[0]!.notes[0]).toBe("2 jobs, seeds 1, 2: the amounts are those of all together");
});

test("asks again for a seed whose price rose after the sum was approved", async () => {
  let plans = 0;
  using space = workspace("B");
  const { scripted } = space.providers;
  const dearer = {
    ...scripted,
    plan: async (...given: Parameters<typeof scripted.plan>) => {
      const plan = await scripted.plan(...given);
      return { ...plan, ceilingUsd: plans++ < 3 ? 2 : 3 };
    },
  };
  const asked: number[] = [];
  await start(space, [1, 2], {
    providers: { scripted: dearer },
    confirm: async ({ ceilingUsd }) => asked.push(ceilingUsd) > 0,
  });
  expect(asked).toEqual([4, 3]);
});
