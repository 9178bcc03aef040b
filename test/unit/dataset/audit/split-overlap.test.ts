import { describe, expect, it } from "vitest";
import { runFinding, seenOf } from "./run-finding.ts";

describe("split-overlap", () => {
  const twice = [seenOf({ id: "a" }), seenOf({ id: "b", task: "rating" }, { split: "test" })];

  it("finds a target of one user in two splits, whatever the task", () => {
    expect(runFinding("split-overlap", twice)).toMatchObject({
      severity: "error",
      count: 1,
      examples: ["b"],
      value: 1,
    });
    expect(runFinding("split-overlap", twice, { repeats: "keep" }).severity).toBe("note");
  });

  it("takes neither another user nor the same split for overlap", () => {
    const stream = [
      seenOf({ user: "u1" }),
      seenOf({ user: "u1", task: "ranking" }),
      seenOf({ user: "u2" }, { split: "test" }),
      seenOf({ user: "u1", item: "joker" }, { split: "test" }),
    ];
    expect(runFinding("split-overlap", stream)).toMatchObject({ severity: null, count: 0 });
  });

  it("does not judge files that tell no users", () => {
    const stream = twice.map((seen) => ({ ...seen, example: { ...seen.example, user: "" } }));
    expect(runFinding("split-overlap", stream)).toMatchObject({ severity: null, value: null });
  });
});
