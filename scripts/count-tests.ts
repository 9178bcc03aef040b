// Counts the tests of vitest's JSON report. A file that does not load, or an error outside every test, counts as one
// failure: vitest's own numbers leave both out.

/** The part of vitest's JSON report that is read. */
export type VitestJson = {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[];
  }[];
};

/** Tests by outcome; `skipped` names them, `failures` the files and tests that failed, with the first line of why. */
export type Counts = { passed: number; failed: number; skipped: string[]; failures: string[] };

/**
 * Counts the tests of one run.
 * @param report vitest's JSON, or null where vitest wrote none.
 * @param clean whether vitest itself ended with exit code 0.
 */
export function countTests(report: VitestJson | null, clean: boolean): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: [], failures: [] };
  for (const file of report?.testResults ?? []) {
    const before = counts.failed;
    for (const test of file.assertionResults) {
      if (test.status === "passed") counts.passed++;
      else if (test.status === "failed") {
        counts.failed++;
        counts.failures.push(sayFailure(file.name, test.fullName, test.failureMessages?.[0]));
      } else counts.skipped.push(test.fullName);
    }
    if (file.status === "failed" && counts.failed === before) {
      counts.failed++;
      counts.failures.push(sayFailure(file.name, "the file", file.message));
    }
  }
  if (!clean && counts.failed === 0) {
    counts.failed = 1;
    counts.failures.push("vitest itself did not end well; see above");
  }
  return counts;
}

function sayFailure(file: string, test: string, why: string | undefined): string {
  const reason = (why ?? "").split("\n", 3).join(" ").slice(0, 400);
  return `${file}: ${test}${reason === "" ? "" : `: ${reason}`}`;
}

/** The line that CI counts by: `N passed, N failed`, and `, N skipped` where some were. */
export function sayCounts(counts: Counts): string {
  const skipped = counts.skipped.length > 0 ? `, ${counts.skipped.length} skipped` : "";
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}
