// The line that CI counts by must not hide a failure.

import { describe, expect, test } from "vitest";
import { countTests, sayCounts, type VitestJson } from "../../../scripts/count-tests.ts";

const file = (status: string, ...outcomes: string[]): VitestJson["testResults"][number] => ({
  name: "a.test.ts",
  status,
  assertionResults: outcomes.map((outcome, i) => ({
    fullName: `${outcome} ${i}`,
    status: outcome,
    ...(outcome === "failed" ? { failureMessages: ["AssertionError: 1 is not 2\n    at x"] } : {}),
  })),
});

describe("countTests", () => {
  test("counts by outcome; what neither passed nor failed is skipped, by name", () => {
    const report = {
      testResults: [
        file("passed", "passed", "pending"),
        file("failed", "failed", "passed", "todo"),
      ],
    };
    const counts = countTests(report, false);
    expect(counts).toMatchObject({ passed: 2, failed: 1, skipped: ["pending 1", "todo 2"] });
    expect(counts.failures).toEqual(["a.test.ts: failed 0: AssertionError: 1 is not 2     at x"]);
    expect(sayCounts(counts)).toBe("2 passed, 1 failed, 2 skipped");
  });

  test("counts a file that did not load as one failure", () => {
    expect(countTests({ testResults: [file("failed"), file("passed", "passed")] }, false)).toEqual({
      passed: 1,
      failed: 1,
      skipped: [],
      failures: ["a.test.ts: the file"],
    });
  });

  test("is never green where vitest was not", () => {
    expect(sayCounts(countTests({ testResults: [file("passed", "passed")] }, false))).toBe(
      "1 passed, 1 failed",
    );
    expect(sayCounts(countTests(null, false))).toBe("0 passed, 1 failed");
    expect(sayCounts(countTests({ testResults: [file("passed", "passed")] }, true))).toBe(
      "1 passed, 0 failed",
    );
  });
});
