import { expect, test } from "vitest";
import { makeModelSystem } from "../../../../src/eval/system/model-system.ts";
import type { Model } from "../../../../src/eval/model/types.ts";
import { scoreSystem } from "../../../../src/eval/score/score.ts";
import { makeExample, makePrediction, makeTestCatalog } from "../fixture.ts";

const catalog = makeTestCatalog();
const cost = { tokensIn: 7, tokensOut: 0, costUsd: 0, latencyMs: 1 };
const liked = (user: string, label: string, lang = "en") =>
  makeExample({
    id: `preference/${user}/7`,
    task: "preference",
    wording: `preference/${lang}/lines@1`,
    user,
    candidates: null,
    label,
  });

test("a model chooses between yes and no in the example's language, and is scored by both", async () => {
  const offered: string[][] = [];
  const choose: Model["choose"] = async (prompts) =>
    prompts.map(({ choices }, i) => {
      offered.push(Array.from(choices));
      return { ...cost, logprobs: Float64Array.of(i === 0 ? -0.2 : -3, -1.5) };
    });
  const source = {
    name: "m",
    about: "m",
    identity: "m",
    open: async () => ({
      caps: { batch: 8 },
      choose,
      complete: async () => [],
      close: async () => {},
    }),
  };
  const system = makeModelSystem("m", source as never, {
    kind: "model",
    tasks: ["preference"],
    naming: async () => ({ catalog, show: "title" as const, scale: [] }) as never,
    threads: 1,
  });
  const examples = [liked("u1", "yes"), liked("u2", "no", "ko")];
  const answers = await (await system.open()).answer(examples);
  expect(offered).toEqual([
    ["Yes", "No"],
    ["예", "아니요"],
  ]);
  expect(answers.map(({ value, choices }) => [value, choices])).toEqual([
    [1, { yes: -0.2, no: -1.5 }],
    [0, { yes: -3, no: -1.5 }],
  ]);
  const predictions = answers.map(({ items, choices, value }, i) =>
    makePrediction({ example: examples[i]!.id, items, choices, value }),
  );
  const { perUser } = scoreSystem({ examples, predictions, catalog, variant: "uni4" });
  const mean = (name: string): number =>
    perUser[name]!.values.reduce((a, b) => a + b, 0) / perUser[name]!.values.length;
  expect(mean("auc")).toBe(1);
  const [p1, p2] = [1 / (1 + Math.exp(-1.3)), 1 / (1 + Math.exp(1.5))];
  expect(mean("brier")).toBeCloseTo(((1 - p1) ** 2 + p2 ** 2) / 2, 12);
  // No user has both classes.
  expect(perUser).not.toHaveProperty("uauc");
});
