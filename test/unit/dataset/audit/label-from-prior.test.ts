import { describe, expect, it } from "vitest";
import type { Seen } from "../../../../src/dataset/audit/types.ts";
import { noFacts, runFinding, seenOf } from "./run-finding.ts";

const row = (item: string, user: string, liked: boolean, split: Seen["split"]): Seen =>
  seenOf({ item, user }, { split, facts: { ...noFacts, liked } });
const both = (train: (i: number) => Seen[], test: (i: number) => Seen[]): Seen[] =>
  Array.from({ length: 60 }, (_, i) => [...train(i), ...test(i)]).flat();

describe("label-from-prior", () => {
  it("warns where train's likes of the item tell the answer", () => {
    const stream = both(
      (i) => [row("good", `u${i}`, true, "train"), row("bad", `u${i}`, false, "train")],
      (i) => [row("good", `u${i}`, true, "test"), row("bad", `u${i}`, false, "test")],
    );
    const result = runFinding("label-from-prior", stream);
    expect(result).toMatchObject({ severity: "warning", count: 120, value: 1 });
    expect(result.message).toContain("of the item 1.000 (n 120), of the user 0.500");
  });

  it("warns where the user's likes do", () => {
    const stream = both(
      (i) => [row(`a${i}`, i % 2 ? "fond" : "sour", i % 2 > 0, "train")],
      (i) => [
        row(`b${i}`, i % 2 ? "fond" : "sour", i % 2 > 0, "validation"),
        row(`c${i}`, i % 2 ? "fond" : "sour", i % 2 > 0, "validation"),
      ],
    );
    const result = runFinding("label-from-prior", stream);
    expect(result).toMatchObject({ severity: "warning", value: 1 });
    expect(result.message).toContain("on validation");
  });

  it("does not fire where train tells nothing of the answer", () => {
    const stream = both(
      (i) => [row("x", "u", i % 2 > 0, "train")],
      (i) => [
        row("x", "u", true, "test"),
        row("x", "u", false, "test"),
        row("y", `v${i}`, i % 2 > 0, "test"),
      ],
    );
    expect(runFinding("label-from-prior", stream)).toMatchObject({ severity: null, count: 0 });
  });

  it("does not judge without train, users and items, or answers", () => {
    expect(
      runFinding("label-from-prior", [row("x", "u", true, "test"), row("x", "u", false, "test")])
        .value,
    ).toBe(null);
    expect(
      runFinding("label-from-prior", [row("", "", true, "train"), row("", "", false, "test")])
        .value,
    ).toBe(null);
    expect(runFinding("label-from-prior", [seenOf()]).value).toBe(null);
  });
});
