import { describe, expect, it } from "vitest";
import type { Seen } from "../../../../src/dataset/audit/types.ts";
import { runFinding, seenOf } from "./run-finding.ts";

const popularityOf = (item: string): number => Number(item.slice(1));
const lists = (truth: (i: number) => number): Seen[] =>
  Array.from({ length: 100 }, (_, i) => {
    const item = `i${truth(i)}`;
    return seenOf({ item, label: item, candidates: ["i0", "i1", "i2", "i3", "i4"] });
  });

describe("candidate-popularity", () => {
  it("warns where the truth is the most popular one", () => {
    expect(
      runFinding(
        "candidate-popularity",
        lists(() => 4),
        { popularityOf },
      ),
    ).toMatchObject({
      severity: "warning",
      count: 100,
      value: 1,
    });
    expect(
      runFinding(
        "candidate-popularity",
        lists((i) => 2 + 2 * (i % 2)),
        { popularityOf },
      ),
    ).toMatchObject({
      severity: "note",
      value: 0.75,
    });
  });

  it("does not fire where the truth is as popular as the others", () => {
    expect(
      runFinding(
        "candidate-popularity",
        lists((i) => i % 5),
        { popularityOf },
      ),
    ).toMatchObject({
      severity: null,
      value: 0.5,
    });
    const equal = lists((i) => i % 5);
    expect(runFinding("candidate-popularity", equal, { popularityOf: () => 7 }).value).toBe(0.5);
  });

  it("does not judge without candidates or popularity", () => {
    expect(
      runFinding(
        "candidate-popularity",
        lists(() => 4),
      ).value,
    ).toBe(null);
    expect(runFinding("candidate-popularity", [seenOf()], { popularityOf }).value).toBe(null);
  });
});
