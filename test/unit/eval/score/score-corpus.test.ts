import { describe, expect, test } from "vitest";
import { parseMetricName } from "../../../../src/base/metric/index.ts";
import type { Example } from "../../../../src/dataset/task/types.ts";
import { findPositions } from "../../../../src/eval/score/positions.ts";
import { evalMetrics, isMeasured, scoreSystem } from "../../../../src/eval/score/score.ts";
import type { Prediction } from "../../../../src/eval/score/types.ts";
import { makeExample, makePrediction, makeTestCatalog } from "../fixture.ts";

const catalog = makeTestCatalog();

function score(examples: Example[], answers: Partial<Prediction>[], scale?: number[]) {
  const predictions = examples.map(({ id }, i) => makePrediction({ example: id, ...answers[i] }));
  const input = { examples, predictions, catalog, variant: "uni4", ...(scale && { scale }) };
  const scores = scoreSystem(input);
  const mean = (name: string): number => {
    const { values } = scores.perUser[name]!;
    return values.reduce((a, b) => a + b, 0) / values.length;
  };
  return { ...scores, mean };
}

const of = (task: string, user: string, more: Partial<Example> = {}): Example =>
  makeExample({ id: `${task}/${user}/7`, task, user, candidates: null, ...more });

describe("ratings", () => {
  const examples = ["a", "b"].map((user, i) => of("rating", user, { rating: 2 + 2 * i }));
  const scale = [1, 2, 3, 4, 5];
  const sure = { "1": -20, "2": Math.log(0.5), "3": Math.log(0.5), "4": -20, "5": -20 };
  test("are measured as chosen and as expected where all were scored", () => {
    const { mean } = score(
      examples,
      [
        { value: 2, choices: sure },
        { value: 4, choices: { "4": 0 } },
      ],
      scale,
    );
    expect(mean("mae")).toBe(0);
    expect(mean("mae-expected")).toBeCloseTo(0.25, 6);
    expect(mean("kappa")).toBe(1);
  });
  test("have no expectation where one was only written", () => {
    const { perUser } = score(examples, [{ value: 2, choices: sure }, { value: 4 }], scale);
    expect(perUser).not.toHaveProperty("mae-expected");
    expect(perUser).toHaveProperty("kappa");
  });
  test("that cannot be read count as the largest error in both", () => {
    const { mean } = score(
      examples,
      [{ value: 2, choices: { "2": 0 } }, { outcome: "malformed" }],
      scale,
    );
    expect([mean("mae"), mean("mae-expected")]).toEqual([1.5, 1.5]);
  });
});

test("yes and no: a refusal is wrong, a written word is sure of itself", () => {
  const examples = ["a", "b", "c", "d"].map((user, i) =>
    of("preference", user, { label: i % 2 === 0 ? "yes" : "no" }),
  );
  const { mean, perUserOf } = score(examples, [
    { choices: { yes: -0.1, no: -3 } },
    { choices: { yes: -3, no: -0.1 } },
    { outcome: "refused" },
    { value: 0 },
  ]);
  expect(mean("auc")).toBeCloseTo(2 / 4, 14);
  const first = new Set(examples.slice(0, 2).map(({ id }) => id));
  expect(perUserOf(first, "auc")!.values).toEqual(Float64Array.of(1, 1));
});

test("lists tell coverage and popularity by variant, texts their tokeniser by language", () => {
  const ranking = [makeExample(), makeExample({ id: "ranking/u2/7", user: "u2" })];
  const lists = score(ranking, [{ items: ["i09", "i10"] }, { outcome: "malformed" }]);
  expect(lists.mean("coverage@10/uni4")).toBeCloseTo(2 / 24, 14);
  expect(lists.mean("arp@10/uni4")).toBeCloseTo((27 + 30) / 2, 12);
  const texts = ["en", "ko"].map((lang) =>
    of("explanation", lang, {
      wording: `explanation/${lang}/why@1`,
      completion: [{ role: "assistant", content: "You like drama. 드라마를 좋아하시니까요." }],
    }),
  );
  const { perUser, mean } = score(texts, [
    { raw: "You like drama." },
    { raw: "드라마를 좋아하시니까요." },
  ]);
  expect(Object.keys(perUser)).toEqual(
    expect.arrayContaining([
      "bleu/13a",
      "bleu/char",
      "rouge-1/google",
      "rouge-1/ko",
      "chrf",
      "fmr",
    ]),
  );
  expect(perUser["rouge-1/ko"]!.users).toEqual(["ko"]);
  // Both name drama, which the target has and the reference names.
  expect([mean("faithfulness"), mean("fmr")]).toEqual([1, 1]);
});

test("a suite measures what its tasks and candidates give", () => {
  const measures = (name: string, ...tasks: string[]): boolean =>
    isMeasured(parseMetricName(name, evalMetrics), tasks, "uni20");
  expect(measures("ndcg@10/uni20", "ranking")).toBe(true);
  expect(measures("ndcg@10/full", "ranking")).toBe(false);
  expect(measures("coverage@10/full", "next-item")).toBe(true);
  expect(measures("auc", "preference")).toBe(true);
  expect(measures("auc", "rating")).toBe(false);
  expect(measures("bleu/char", "explanation")).toBe(true);
  expect(measures("bleu", "explanation")).toBe(false);
});

test("positions tell the expected rank by the slot that showed the truth, and ties their share", () => {
  const examples = ["a", "b", "c", "d"].map((user, i) =>
    makeExample({
      id: `ranking/${user}/7`,
      user,
      candidates: i < 2 ? ["i09", "i10", "i11"] : ["i10", "i09", "i11"],
    }),
  );
  const answers = [
    { choices: { i09: 3, i10: 2, i11: 1 } },
    { choices: { i09: 1, i10: 1, i11: 1 } },
    { choices: { i09: 1, i10: 2, i11: 0 } },
    { outcome: "malformed" as const },
  ];
  const predictions = examples.map(({ id }, i) => makePrediction({ example: id, ...answers[i] }));
  const { slots, tieShare } = findPositions(examples, predictions, 1);
  expect(slots.map(({ slot, rank }) => [slot, rank.value, rank.n])).toEqual([
    [1, 1.5, 2],
    [2, 2, 1],
  ]);
  expect(tieShare).toBeCloseTo(1 / 3, 14);
  expect(findPositions([], [], 1).tieShare).toBeNull();
});
