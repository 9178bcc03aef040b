import { describe, expect, it } from "vitest";
import { runFinding, seenOf } from "./run-finding.ts";

const day = 86_400;
const train = (...days: number[]) => days.map((at) => seenOf({ time: at * day + 5 }));
const test = (...days: number[]) => days.map((at) => seenOf({ time: at * day }, { split: "test" }));

describe("train-after-test", () => {
  it("gives the share of train after the first and the median test target", () => {
    const stream = [...train(1, 2, 6, 9), ...test(3, 7, 8)];
    const result = runFinding("train-after-test", stream, { splitBy: "ratio" });
    expect(result).toMatchObject({ severity: "warning", count: 2, value: 0.5 });
    expect(result.message).toContain("50.0% of 4");
    expect(result.message).toContain("25.0% after that of the median");
  });

  it("is a note where each user's last rows are left out, and where the split is not known", () => {
    const stream = [...train(9), ...test(3)];
    expect(runFinding("train-after-test", stream, { splitBy: "leave-one-out" }).severity).toBe(
      "note",
    );
    expect(runFinding("train-after-test", stream).severity).toBe("note");
  });

  it("does not fire where all of train comes first", () => {
    expect(
      runFinding("train-after-test", [...train(1, 3), ...test(3, 4)], { splitBy: "time" }),
    ).toMatchObject({ severity: null, count: 0, value: 0 });
  });

  it("does not judge without times or without test", () => {
    expect(runFinding("train-after-test", train(1)).value).toBe(null);
    expect(runFinding("train-after-test", [seenOf({ time: null }), ...test(1)]).value).toBe(null);
  });
});
