import { describe, expect, it } from "vitest";
import { runFinding, seenOf } from "./run-finding.ts";

const timed = (id: string, ...times: number[]) => seenOf({ id }, { historyTimes: times });

describe("history-order", () => {
  it("finds histories that are not in the order of time", () => {
    const stream = [timed("a", 1, 3, 2), timed("b", 1, 2, 2), timed("c", 3, 1)];
    expect(runFinding("history-order", stream)).toMatchObject({
      severity: "warning",
      count: 2,
      examples: ["a", "c"],
      value: 2 / 3,
    });
  });

  it("does not fire for rising times and ties", () => {
    expect(runFinding("history-order", [timed("a", 1, 1, 2), timed("b", 5, 6)])).toMatchObject({
      severity: null,
      count: 0,
      value: 0,
    });
  });

  it("takes newest first throughout for a choice", () => {
    expect(runFinding("history-order", [timed("a", 3, 2, 1), timed("b", 9, 8)]).severity).toBe(
      "note",
    );
  });

  it("passes over rows whose time is not known, and judges none without times", () => {
    expect(runFinding("history-order", [timed("a", 1, -Infinity, 2)]).count).toBe(0);
    expect(runFinding("history-order", [seenOf(), timed("b", 1, 1)]).value).toBe(null);
  });
});
