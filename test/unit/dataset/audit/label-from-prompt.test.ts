import { describe, expect, it } from "vitest";
import { smoothedShare } from "../../../../src/dataset/audit/score-groups.ts";
import type { Seen } from "../../../../src/dataset/audit/types.ts";
import { noFacts, runFinding, seenOf } from "./run-finding.ts";

const row = (
  likes: number,
  dislikes: number,
  liked: boolean,
  split: Seen["split"] = "test",
): Seen => seenOf({}, { split, facts: { ...noFacts, shown: { likes, dislikes }, liked } });
const rows = (count: number, make: (i: number) => Seen): Seen[] =>
  Array.from({ length: count }, (_, i) => make(i));

describe("label-from-prompt", () => {
  it("warns where the count of likes tells the answer", () => {
    const result = runFinding(
      "label-from-prompt",
      rows(200, (i) => row(i % 10, 9 - (i % 10), i % 10 > 4)),
    );
    expect(result).toMatchObject({ severity: "warning", count: 200, value: 1 });
    expect(result.message).toContain("test 1.000 (n 200)");
  });

  it("does not fire where it tells nothing, or for a handful", () => {
    expect(
      runFinding(
        "label-from-prompt",
        rows(200, (i) => row(i % 5, 4, i < 100)),
      ),
    ).toMatchObject({
      severity: null,
      value: 0.5,
    });
    expect(
      runFinding(
        "label-from-prompt",
        rows(20, (i) => row(i % 2, 0, i % 2 > 0)),
      ).severity,
    ).toBe(null);
  });

  it("judges by test, and prints the others", () => {
    const stream = [
      ...rows(100, (i) => row(i % 2, 0, i % 2 > 0, "train")),
      ...rows(100, (i) => row(1, 0, i % 2 > 0)),
    ];
    const result = runFinding("label-from-prompt", stream);
    expect(result).toMatchObject({ severity: null, value: 0.5 });
    expect(result.message).toContain("train 1.000 (n 100), test 0.500");
  });

  it("does not judge without ratings or answers", () => {
    expect(runFinding("label-from-prompt", [seenOf(), seenOf({}, { facts: noFacts })]).value).toBe(
      null,
    );
    expect(
      runFinding(
        "label-from-prompt",
        rows(5, () => row(1, 0, true)),
      ).value,
    ).toBe(null);
  });
});

describe("smoothedShare", () => {
  it("draws small counts to one half", () => {
    expect([smoothedShare(0, 0), smoothedShare(9, 0), smoothedShare(0, 2)]).toEqual([
      0.5,
      10 / 11,
      0.25,
    ]);
  });
});
