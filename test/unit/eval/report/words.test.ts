import { describe, expect, test } from "vitest";
import type { Comparison } from "../../../../src/eval/score/types.ts";
import { formatDelta, formatP, redLineOf, sentenceOf } from "../../../../src/eval/report/words.ts";

const comparison: Comparison = {
  system: "tuned",
  against: "base",
  metric: "ndcg@10/uni20",
  delta: 0.2114,
  low: 0.18,
  high: 0.2401,
  low90: 0.19,
  high90: 0.23,
  p: 0.0001,
  pHolm: 0.0001,
  bca: { low: 0.18, high: 0.24 },
  pBh: null,
  pMcNemar: null,
  pEquivalence: null,
  n: 500,
  sd: 0.2,
  mde: 0.03,
  needed: 8,
  margin: null,
  wins: 300,
  ties: 100,
  losses: 100,
  higherIsBetter: true,
  primary: true,
  verdict: "better",
};
const unclear: Comparison = {
  ...comparison,
  delta: 0.01,
  low: -0.01,
  high: 0.03,
  needed: 3200,
  verdict: "no difference shown",
};

describe("sentenceOf", () => {
  test("says the verdict with difference, interval and n", () => {
    expect(sentenceOf(comparison)).toBe(
      "tuned is better than base: ndcg@10/uni20 +0.21 [0.18, 0.24], n = 500",
    );
    const worse: Comparison = {
      ...comparison,
      delta: -0.21,
      low: -0.24,
      high: -0.18,
      verdict: "worse",
    };
    expect(sentenceOf(worse)).toBe(
      "tuned is worse than base: ndcg@10/uni20 -0.21 [-0.24, -0.18], n = 500",
    );
  });

  test("says how many users would be needed, only where that is more than there were", () => {
    expect(sentenceOf(unclear)).toBe(
      "no difference shown between tuned and base: ndcg@10/uni20 +0.01 [-0.01, 0.03], n = 500 (n needed: 3200)",
    );
    expect(sentenceOf({ ...unclear, needed: 400 })).not.toContain("needed");
    expect(sentenceOf({ ...unclear, needed: null })).not.toContain("needed");
    expect(sentenceOf({ ...unclear, needed: 5e9 })).toContain("n needed: over 1000000");
    expect(sentenceOf({ ...unclear, verdict: "equivalent", margin: 0.05 })).toContain(
      "equivalent to base within ±0.05",
    );
  });

  test("speaks Korean", () => {
    expect(sentenceOf(comparison, "ko")).toBe(
      "tuned 시스템이 base 시스템보다 낫습니다: ndcg@10/uni20 +0.21 [0.18, 0.24], n = 500",
    );
    expect(sentenceOf(unclear, "ko")).toContain("(필요한 n: 3200)");
  });
});

test("red lines name the kind of system and the verdict", () => {
  expect(redLineOf({ ...unclear, against: "popularity" }, "trivial")).toBe(
    "tuned does not beat popularity (trivial): no difference shown, ndcg@10/uni20 +0.01 [-0.01, 0.03], n = 500 (n needed: 3200)",
  );
  expect(redLineOf({ ...unclear, against: "ease", verdict: "worse" }, "classic", "ko")).toContain(
    "고전 시스템인 ease보다",
  );
});

test("differences get the decimals that their interval deserves, and never hide a side of zero", () => {
  expect(formatDelta({ delta: 0.0042, low: 0.0011, high: 0.0073 })).toBe("+0.004 [0.001, 0.007]");
  expect(formatDelta({ delta: 0.04, low: 0.0004, high: 0.08 })).toBe("+0.0400 [0.0004, 0.0800]");
  expect(formatDelta({ delta: 0, low: -0.2, high: 0.2 })).toBe("0.00 [-0.20, 0.20]");
  expect(formatDelta({ delta: -0.00001, low: -0.2, high: 0.2 })).toBe("0.0000 [-0.2000, 0.2000]");
  expect(formatDelta({ delta: 0.11, low: 0.08, high: 0.15 }, 3)).toBe("+0.110 [0.080, 0.150]");
  expect([formatP(0.0004), formatP(0.0316)]).toEqual(["<0.001", "0.032"]);
});
