import { describe, expect, test } from "vitest";
import { gateSchema } from "../../../../src/eval/suite/gate-schema.ts";
import { checkGates } from "../../../../src/eval/report/gate.ts";
import type { Report } from "../../../../src/eval/score/types.ts";

const comparison = { system: "tuned", against: "base", metric: "mae", primary: true };
const report = {
  comparisons: [{ ...comparison, low: -0.3, high: -0.1, higherIsBetter: false }],
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
