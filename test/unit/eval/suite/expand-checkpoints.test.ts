import { expect, test } from "vitest";
import { expandCheckpoints, findListed } from "../../../../src/eval/suite/expand-checkpoints.ts";
import type { SuiteSystem } from "../../../../src/eval/suite/recipe.ts";

const stepsOf = async (reference: string) => (reference === "job" ? [10, 20, 30] : []);
const expand = async (checkpoints: SuiteSystem["checkpoints"], model = "job") => {
  const systems = await expandCheckpoints(
    [{ name: "tuned", model, ...(checkpoints && { checkpoints }) }, { name: "ease" }],
    stepsOf,
  );
  return systems.map((system) => [system.name, system.model]);
};

test("each checkpoint is a system after the one that names it", async () => {
  expect(await expand("all")).toEqual([
    ["tuned", "job"],
    ["tuned-step10", "job@10"],
    ["tuned-step20", "job@20"],
    ["tuned-step30", "job@30"],
    ["ease", undefined],
  ]);
  expect((await expand("last")).map(([name]) => name)).toEqual(["tuned", "tuned-step30", "ease"]);
  expect((await expand([20, 10, 20]))[1]).toEqual(["tuned-step10", "job@10"]);
  expect(await expand(undefined)).toHaveLength(2);
});

test("what was not kept is refused before anything is asked", async () => {
  await expect(expand([10, 15])).rejects.toThrow(/kept none at 15[\s\S]*It kept 10, 20, 30/);
  await expect(expand("all", "job:abc")).rejects.toThrow(/kept none/);
});

test("a name leads back to the listed system that it was asked for", () => {
  const listed = [
    { name: "tuned", model: "job" },
    { name: "x-step2", model: "openai:x" },
  ];
  expect(findListed(listed, "tuned")).toBe(listed[0]);
  expect(findListed(listed, "tuned-step100")).toBe(listed[0]);
  expect(findListed(listed, "x-step2")).toBe(listed[1]);
  expect(findListed(listed, "x-step2-step9")).toBe(listed[1]);
  expect(findListed(listed, "popularity")).toBeUndefined();
});
