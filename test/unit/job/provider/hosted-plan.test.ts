// Ceilings of jobs that are paid by the token: never below what any count can cost, and never without a price.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RowFile, RowFiles } from "../../../../src/job/provider/export-rows.ts";
import { planHosted } from "../../../../src/job/provider/hosted-plan.ts";
import { priceOf, priceTokens } from "../../../../src/job/provider/token-price.ts";
import type { JobRequest } from "../../../../src/job/provider/types.ts";

function fileOf(split: RowFile["split"], overrides: Partial<RowFile> = {}): RowFile {
  return {
    split,
    rows: 20,
    bytes: 4000,
    sha256: "a".repeat(64),
    tokens: 1000,
    mostTokens: 4000,
    longest: 60,
    overlong: 0,
    skipped: {},
    findings: [],
    path: null,
    ...overrides,
  };
}

const files: RowFiles = {
  train: fileOf("train"),
  validation: fileOf("validation"),
  about: "about 4 bytes a token",
  isExact: false,
};
const request = {
  hyperparameters: { epochs: 3, learningRate: "auto", batchSize: 8, lora: null, maxTokens: 512 },
} as unknown as JobRequest;
const limits = { minRows: 10, maxRows: 100, maxBytes: 5000, about: "limits of a test" };
const base = {
  request,
  files,
  limits,
  mapped: { fields: {}, checks: [], problems: [] },
  price: { perMillionUsd: 2, source: "a page", checked: "2026-11-24" },
  pricePage: "a page",
  evals: 4,
  requests: [],
};

describe("priceTokens", () => {
  test("rounds up to a cent, and counts passes and readings", () => {
    const cost = priceTokens(files, { epochs: 3, evals: 4 }, { perMillionUsd: 2 });
    expect(cost).toEqual({ estimateUsd: 0.02, ceilingUsd: 0.06, tokens: 1000, mostTokens: 28_000 });
    expect(priceTokens(files, { epochs: 1, evals: 0 }, { perMillionUsd: 0 }).ceilingUsd).toBe(0);
  });

  test("is never below what it bounds", () => {
    const count = fc.integer({ min: 0, max: 1e9 });
    fc.assert(
      fc.property(
        count,
        count,
        fc.double({ min: 0, max: 100, noNaN: true }),
        (most, evals, usd) => {
          const held = { ...files, train: fileOf("train", { mostTokens: most }), validation: null };
          const { ceilingUsd } = priceTokens(held, { epochs: 2, evals }, { perMillionUsd: usd });
          expect(ceilingUsd + 1e-6).toBeGreaterThanOrEqual((most * 2 * usd) / 1e6);
          expect(ceilingUsd).toBeLessThanOrEqual((most * 2 * usd) / 1e6 + 0.0100001);
        },
      ),
    );
  });
});

describe("planHosted", () => {
  test("lists what holds, and counts steps", () => {
    const plan = planHosted(base);
    expect(plan).toMatchObject({ rows: 20, tokens: null, steps: 8, problems: [] });
    expect(plan.checks.join("\n")).toContain("train: 20 rows, 4000 bytes (limits of a test)");
  });

  test.each([
    [{ rows: 9 }, "9 rows, too few"],
    [{ rows: 101 }, "101 rows, too many"],
    [{ bytes: 5001 }, "5001 bytes, too big"],
    [{ overlong: 2, longest: 600 }, "2 examples are longer than hyperparameters.maxTokens 512"],
    [{ findings: ["train.jsonl, example x: bad"] }, "example x: bad"],
  ])("refuses %o", (overrides, said) => {
    const plan = planHosted({ ...base, files: { ...files, train: fileOf("train", overrides) } });
    expect(plan.problems.join("\n")).toContain(said);
  });

  test("refuses to go without a price", () => {
    expect(planHosted({ ...base, price: null }).problems.join()).toContain("no price is known");
  });

  test("tells examples that make no row", () => {
    const train = fileOf("train", { skipped: { "no other answer": 3 } });
    const plan = planHosted({ ...base, files: { ...files, train } });
    expect(plan.notes.join()).toContain("3 examples make no row: no other answer");
  });
});

describe("priceOf", () => {
  test("says where and when the price was read, or that nobody told", () => {
    expect(priceOf({}, "page")).toBeNull();
    expect(priceOf({ pricePerMillionTokens: 1, priceChecked: "2026-11-24" }, "page")).toMatchObject(
      { perMillionUsd: 1, checked: "2026-11-24" },
    );
    expect(priceOf({ pricePerMillionTokens: 0 }, "page")?.checked).toContain("does not tell");
  });
});
