// Counts the tests of vitest's JSON report. A file that does not load, or an error outside every test, counts as one
// failure: vitest's own numbers leave both out.

/** The part of vitest's JSON report that is read. */
export type VitestJson = {
  testResults: {
    name: string;
    status: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
};

/** Tests by outcome; `skipped` names them. */
export type Counts = { passed: number; failed: number; skipped: string[] };

/**
 * Counts the tests of one run.
 * @param report vitest's JSON, or null where vitest wrote none.
 * @param clean whether vitest itself ended with exit code 0.
 */
export function countTests(report: VitestJson | null, clean: boolean): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: [] };
  for (const file of report?.testResults ?? []) {
    const before = counts.failed;
    for (const test of file.assertionResults) {
      if (test.status === "passed") counts.passed++;
      else if (test.status === "failed") counts.failed++;
      else counts.skipped.push(test.fullName);
    }
    if (file.status === "failed" && counts.failed === before) counts.failed++;
  }
  if (!clean && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** The line that CI counts by: `N passed, N failed`, and `, N skipped` where some were. */
export function sayCounts(counts: Counts): string {
  const skipped = counts.skipped.length > 0 ? `, ${counts.skipped.length} skipped` : "";
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}
