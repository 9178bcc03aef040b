import { describe, expect, test } from "vitest";
import { judgeOne } from "../../../../src/base/metric/index.ts";
import { ndcg } from "../../../../src/base/metric/ndcg.ts";
import type { Example } from "../../../../src/dataset/task/types.ts";
import { scoreSystem, variantOf, type ScoreInput } from "../../../../src/eval/score/score.ts";
import type { Prediction } from "../../../../src/eval/score/types.ts";
import { makeExample, makePrediction, makeTestCatalog } from "../fixture.ts";

const catalog = makeTestCatalog();

function scoreOne(
  example: Partial<Example>,
  prediction: Partial<Prediction>,
  more: Partial<ScoreInput> = {},
) {
  const whole = makeExample(example);
  const predictions = [makePrediction({ example: whole.id, ...prediction })];
  const scores = scoreSystem({ examples: [whole], predictions, catalog, variant: "uni4", ...more });
  return scores.rows[0]!.metrics;
}

describe("ranking", () => {
  test("uses the scores of the candidates, best first", () => {
    const choices = { i03: -1, i09: -2, i10: -3, i11: -4 };
    expect(scoreOne({}, { choices })).toMatchObject({
      "ndcg@10/uni4": 1 / Math.log2(3),
      "hr@1/uni4": 0,
      "mrr/uni4": 0.5,
      "list-auc/uni4": 2 / 3,
    });
    expect(scoreOne({}, { choices: { ...choices, i09: 0 } })["hr@1/uni4"]).toBe(1);
  });

  test("gives a constant scorer what a random order gives", () => {
    const choices = { i03: 1, i09: 1, i10: 1, i11: 1 };
    expect(scoreOne({}, { choices })["hr@1/uni4"]).toBe(0.25);
  });

  test("lets unlisted candidates tie below a list, and candidates without a score below the others", () => {
    const listed = scoreOne({}, { items: ["i11"] });
    expect(listed["hr@1/uni4"]).toBe(0);
    expect(listed["ndcg@10/uni4"]).toBeCloseTo(
      ndcg.of(judgeOne(Float64Array.of(0, 0, 0, 1), 1), 10),
      12,
    );
    expect(scoreOne({}, { choices: { i11: -9 } })).toEqual(listed);
  });

  test("gives every item of the answer its place, candidate or not", () => {
    expect(scoreOne({}, { items: ["i20", "i09"] })["ndcg@10/uni4"]).toBeCloseTo(
      1 / Math.log2(3),
      12,
    );
    expect(scoreOne({}, { items: ["i03", "i03", "i09"] })["ndcg@10/uni4"]).toBeCloseTo(
      1 / Math.log2(3),
      12,
    );
  });

  test("counts what cannot be read as a miss", () => {
    for (const outcome of ["malformed", "truncated", "refused", "error"] as const) {
      const scored = scoreOne({}, { outcome, items: ["i09"] });
      expect(new Set(Object.values(scored))).toEqual(new Set([0]));
    }
    expect(scoreOne({}, { items: [] })["ndcg@10/uni4"]).toBe(0);
    expect(scoreOne({}, { items: ["i20"] })["ndcg@10/uni4"]).toBe(0);
    expect(scoreOne({ candidates: ["i03", "i10"] }, { items: ["i03"] })["ndcg@10/uni4"]).toBe(0);
  });

  test("computes the metrics that are asked for", () => {
    const asked = scoreOne(
      {},
      { items: ["i03", "i09"] },
      { metrics: ["map@3/uni4", "hr@2/uni4", "hr@7/full", "mae"] },
    );
    expect(asked).toMatchObject({ "map@3/uni4": 0.5, "hr@2/uni4": 1 });
    expect(asked).not.toHaveProperty("hr@7/full");
    expect(asked).not.toHaveProperty("mae");
  });

  test("takes the stored order of an example, whatever other orders gave, and lets a later line win", () => {
    const examples = [makeExample()];
    const predictions = [
      makePrediction({ items: ["i11"] }),
      makePrediction({ items: ["i03", "i09"], perm: 1 }),
      makePrediction({ items: ["i09"], attempt: 2 }),
      makePrediction({ example: "ranking/u9/1" }),
    ];
    const { rows } = scoreSystem({ examples, predictions, catalog, variant: "uni4" });
    expect(rows[0]!.metrics["hr@1/uni4"]).toBe(1);
    const other = { examples, predictions: predictions.slice(1, 2), catalog, variant: "uni4" };
    expect(() => scoreSystem(other)).toThrow("have no prediction");
  });
});

test("an open answer hits only with the item itself", () => {
  const open = { id: "next-item/u1/7", task: "next-item", candidates: null };
  expect(scoreOne(open, { items: ["i03", "i09"] })).toMatchObject({
    "ndcg@10/full": 1 / Math.log2(3),
    "hr@1/full": 0,
  });
  expect(scoreOne(open, { items: ["i03"] })["ndcg@10/full"]).toBe(0);
});

test("written titles have no list-auc, which looks at what stands below the truth; a ranked catalog has", () => {
  const open = { id: "next-item/u1/7", task: "next-item", candidates: null };
  const asked = { metrics: ["list-auc/full"] };
  expect(scoreOne(open, { items: ["i09"] }, asked)).not.toHaveProperty(["list-auc/full"]);
  const rank = { greater: 2, equal: 0, of: 24 };
  expect(scoreOne(open, { items: ["i03"], rank })["list-auc/full"]).toBe(21 / 23);
  const missed = scoreOne(open, { items: ["i09"], outcome: "malformed" });
  expect(missed).not.toHaveProperty(["list-auc/full"]);
  expect(missed["ndcg@10/full"]).toBe(0);
});

describe("rating", () => {
  const rating = { id: "rating/u1/7", task: "rating", candidates: null, rating: 2 };
  const scale = [1, 2, 3, 4, 5];
  test("measures the error", () => {
    expect(scoreOne(rating, { value: 2.4 }, { scale })).toEqual({
      mae: 0.3999999999999999,
      rmse: 0.15999999999999992,
      accuracy: 1,
    });
  });
  test("counts an unreadable answer as the largest error", () => {
    expect(scoreOne(rating, { outcome: "malformed" }, { scale })).toEqual({
      mae: 3,
      rmse: 9,
      accuracy: 0,
    });
    expect(scoreOne(rating, { value: null }, { scale }).mae).toBe(3);
  });
  test("refuses an example without a rating", () => {
    expect(() => scoreOne({ ...rating, rating: null }, { value: 3 })).toThrow("rating/u1/7");
  });
});

test("explanations are checked with a finder made from the catalog", () => {
  const explanation = {
    id: "explanation/u1/7",
    task: "explanation",
    wording: "explanation/en/plain@1",
    candidates: null,
  };
  const said = scoreOne(explanation, { raw: "You like a good drama." });
  expect(said).toEqual({ "names-true-reason": 1, "false-reason": 0, "off-catalog": 0 });
  expect(scoreOne(explanation, { raw: null, outcome: "refused" })["names-true-reason"]).toBe(0);
});

describe("users", () => {
  const examples = ["u2", "u1", "u1"].map((user, row) =>
    makeExample({ id: `ranking/${user}/${row}`, user, row }),
  );
  const hit = (example: string, items: string[]) => makePrediction({ example, items });
  test("are the unit: rows of one user are averaged", () => {
    const predictions = [
      hit("ranking/u2/0", ["i09"]),
      hit("ranking/u1/1", ["i09"]),
      hit("ranking/u1/2", []),
    ];
    const { perUser } = scoreSystem({ examples, predictions, catalog, variant: "uni4" });
    expect(perUser["hr@1/uni4"]).toEqual({ users: ["u1", "u2"], values: Float64Array.of(0.5, 1) });
  });

  test("without an answer are named", () => {
    expect(() =>
      scoreSystem({ examples, predictions: [hit("ranking/u1/1", [])], catalog, variant: "uni4" }),
    ).toThrow("2 of 3 examples have no prediction: ranking/u2/0, ranking/u1/2");
    expect(() => scoreSystem({ examples, predictions: [], catalog, variant: "uni4" })).toThrow(
      "3 of 3",
    );
  });

  test("a task that a system answers nothing of is reported, not scored", () => {
    const mixed = [examples[0]!, makeExample({ id: "explanation/u2/9", task: "explanation" })];
    const scores = scoreSystem({
      examples: mixed,
      predictions: [hit("ranking/u2/0", ["i09"])],
      catalog,
      variant: "uni4",
    });
    expect(scores.unanswered).toEqual(["explanation"]);
    expect(Object.keys(scores.perUser)).toContain("hr@1/uni4");
    expect(Object.keys(scores.perUser)).not.toContain("false-reason");
  });

  test("an unknown task is refused", () => {
    expect(() => scoreOne({ task: "chat" }, {})).toThrow('nothing scores the task "chat"');
  });
});

test("variants are named after where candidates come from", () => {
  expect(variantOf({ from: "uniform", n: 20, truth: "forced" })).toBe("uni20");
  expect(variantOf({ from: "popularity", n: 50 })).toBe("pop50");
  expect(variantOf({ from: "ease", n: 20, truth: "forced" })).toBe("ret20+truth");
  expect(variantOf({ from: "ease", n: 20 })).toBe("ret20");
  expect(variantOf(null)).toBe("full");
});
