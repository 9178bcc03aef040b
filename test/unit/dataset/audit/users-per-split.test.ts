import { describe, expect, it } from "vitest";
import type { Seen } from "../../../../src/dataset/audit/types.ts";
import { runFinding, seenOf } from "./run-finding.ts";

const users = (n: number, split: Seen["split"], each = 1): Seen[] =>
  Array.from({ length: n * each }, (_, i) =>
    seenOf({ user: `u${Math.floor(i / each)}` }, { split }),
  );

describe("users-per-split", () => {
  it("warns where many test rows come from few users", () => {
    const result = runFinding("users-per-split", [...users(60, "train"), ...users(16, "test", 20)]);
    expect(result).toMatchObject({ severity: "warning", count: 1, value: 1 });
    expect(result.message).toBe(
      "users: train 60, validation 0, test 16; 16 of the 16 test users are in train",
    );
  });

  it("notes a small test that looks small", () => {
    expect(runFinding("users-per-split", users(16, "test")).severity).toBe("note");
  });

  it("does not fire from 50 users on, whatever train has", () => {
    const stream = [...users(2, "train", 50), ...users(50, "validation"), ...users(50, "test", 20)];
    expect(runFinding("users-per-split", stream)).toMatchObject({
      severity: null,
      count: 0,
      value: 0.04,
    });
  });

  it("counts a user once whose rows lie apart", () => {
    const stream = [...users(3, "train"), ...users(3, "train")];
    expect(runFinding("users-per-split", stream).message).toContain("train 3,");
  });

  it("does not judge files that tell no users", () => {
    expect(runFinding("users-per-split", [seenOf({ user: "" })]).message).toContain(
      "does not tell",
    );
  });
});
