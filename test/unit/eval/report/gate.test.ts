import { describe, expect, test } from "vitest";
import { gateSchema } from "../../../../src/eval/suite/gate-schema.ts";
import { checkGates } from "../../../../src/eval/report/gate.ts";
import { compareSystems } from "../../../../src/eval/score/compare.ts";
import type { Report } from "../../../../src/eval/score/types.ts";
import { perUser } from "../fixture.ts";

const comparison = { system: "tuned", against: "base", metric: "mae", primary: true };
const report = {
  comparisons: [
    { ...comparison, n: 100, low: -0.3, high: -0.1, higherIsBetter: false, verdict: "better" },
  ],
  systems: [
    { name: "tuned", metrics: { "off-catalog": { value: 0.01, low: 0, high: 0.02, n: 100 } } },
  ],
  failures: { tuned: { malformed: 0.04 } },
} as unknown as Report;

const isGateMet = (...asked: Parameters<typeof checkGates>): boolean =>
  checkGates(...asked).every(({ isMet }) => isMet);

describe("gates", () => {
  test.each([
    [{ metric: "mae", system: "tuned", against: "base" }, true],
    [{ metric: "mae", system: "tuned", against: "base", minLow: 0.1 }, true],
    [{ metric: "mae", system: "tuned", against: "base", minLow: 0.11 }, false],
    [{ metric: "rmse", system: "tuned", against: "base" }, false],
    [{ metric: "off-catalog", system: "tuned", max: 0.02 }, true],
    // The share itself is small enough; what it may be is not.
    [{ metric: "off-catalog", system: "tuned", max: 0.01 }, false],
    [{ metric: "off-catalog", system: "tuned", min: 0.001 }, false],
    [{ metric: "off-catalog", system: "base", max: 1 }, false],
    [{ failure: "malformed", system: "tuned", max: 0.04 }, true],
    [{ failure: "malformed", system: "tuned", max: 0.01 }, false],
    [{ failure: "refused", system: "tuned", max: 0.01 }, false],
  ])("%o: %s", (gate, isMet) => {
    expect(isGateMet(report, gateSchema.parse(gate))).toBe(isMet);
  });

  test("several must all be met; what was missed is said", () => {
    const gates = gateSchema.parse([
      { metric: "mae", system: "tuned", against: "base" },
      { failure: "malformed", system: "tuned", max: 0.01 },
    ]);
    expect(isGateMet(report, gates)).toBe(false);
    expect(checkGates(report, gates).filter(({ isMet }) => !isMet)).toEqual([
      {
        name: "malformed of tuned ≤ 0.01",
        isMet: false,
        found: "malformed of tuned is 0.04",
      },
    ]);
    expect(isGateMet(report, null)).toBe(true);
  });
});

/** A primary comparison of `n` users, each with this difference or, where several are given, with them in turn. */
function reportOf(n: number, ...differences: number[]): Report {
  const metric = "ndcg@10/uni20";
  const names = { system: "tuned", against: "base", primary: true };
  const [a, b] = [
    perUser(Array.from({ length: n }, (_, u) => differences[u % differences.length]!)),
    perUser(Array.from({ length: n }, () => 0)),
  ];
  return {
    comparisons: [compareSystems(a, b, metric, { seed: 1, B: 2000, ...names })],
  } as unknown as Report;
}

describe("a gain", () => {
  const gate = { metric: "ndcg@10/uni20", system: "tuned", against: "base" };
  const check = (report: Report, asked: object = {}) =>
    checkGates(report, gateSchema.parse({ ...gate, ...asked }))[0]!;

  test("is met where the verdict is better and the interval reaches the least gain", () => {
    const shown = reportOf(100, 0.1, 0.3);
    expect(check(shown)).toMatchObject({ isMet: true, name: "tuned − base on ndcg@10/uni20 > 0" });
    expect(check(shown, { minLow: 0.1 }).isMet).toBe(true);
    expect(check(shown, { minLow: 0.2 }).isMet).toBe(false);
  });

  test("of exactly 0 is none", () => {
    const { isMet, found } = check(reportOf(100, 0));
    expect(isMet).toBe(false);
    expect(found).toMatch(/^no difference shown between tuned and base: .* n = 100$/);
  });

  test("needs a verdict where the interval alone lies above 0", () => {
    const corrected = reportOf(100, 0.1, 0.3);
    Object.assign(corrected.comparisons[0]!, { pHolm: 0.2, verdict: "no difference shown" });
    expect(check(corrected).isMet).toBe(false);
    expect(check(corrected, { minLow: -0.1 }).isMet).toBe(true);
  });

  test.each([1, 5])("of %i users is not met, and says so", (n) => {
    for (const minLow of [undefined, 0, 0.1, -1]) {
      const { isMet, found } = check(reportOf(n, 0.5), minLow === undefined ? {} : { minLow });
      expect(isMet).toBe(false);
      expect(found).toContain(`by ${n} user`);
    }
  });

  test("below 0 asks that the system be not much worse, which needs no verdict", () => {
    const level = reportOf(100, 0.1, -0.1);
    expect(check(level).isMet).toBe(false);
    expect(check(level, { minLow: -0.05 }).isMet).toBe(true);
    expect(check(level, { minLow: -0.01 }).isMet).toBe(false);
  });
});

test.each([
  [{ system: "a", max: 1 }, /give a metric or a failure/],
  [{ metric: "mae", failure: "malformed", system: "a", max: 1 }, /give a metric or a failure/],
  [{ metric: "mae", system: "a" }, /give against, min or max/],
  [{ metric: "mae", system: "a", minLow: 0 }, /needs `against`/],
  [{ metric: "mae", system: "a", against: "b", max: 1 }, /a gain has minLow/],
  [{ failure: "malformed", system: "a" }, /give max alone/],
  [{ failure: "malformed", system: "a", against: "b" }, /leave `against` out/],
])("%o is refused", (gate, message) => {
  expect(gateSchema.safeParse(gate).error?.message).toMatch(message);
});
