// The table in the README is the program's own, and nothing around it changes.

import { expect, test } from "vitest";
import { replaceDemo } from "../../../scripts/demo-block.ts";
import type { Report } from "../../../src/eval/score/types.ts";

const report: Report = {
  suite: "sample",
  lang: ["en"],
  protocol: {},
  systems: [
    {
      name: "tuned",
      kind: "tuned",
      about: "",
      metrics: { "ndcg@10/uni20": { value: 0.4, low: 0.35, high: 0.45, n: 640 } },
    },
  ],
  headline: ["ndcg@10/uni20"],
  comparisons: [],
  tieShare: {},
  positions: {},
  slices: [],
  failures: {},
  cost: {},
  warnings: [],
  redLines: [],
  sentence: "tuned is better than base",
};

test("replaceDemo writes table and verdict between the marks, again and again the same", () => {
  const page = "# A\n<!-- demo:start -->\nold\n<!-- demo:end -->\n## B\n";
  const once = replaceDemo(page, report);
  expect(once).toMatch(/^# A\n<!-- demo:start -->\n```\n[^]*```\n<!-- demo:end -->\n## B\n$/);
  expect(once).toContain("ndcg@10/uni20");
  expect(once).toContain("640");
  expect(once).toContain("\n\ntuned is better than base\n```\n");
  expect(once).not.toContain("old");
  expect(replaceDemo(once, report)).toBe(once);
});

test("replaceDemo refuses a page without both marks", () => {
  expect(() => replaceDemo("# A\n<!-- demo:start -->\n", report)).toThrow(/demo:end/);
  expect(() => replaceDemo("# A\n", report)).toThrow(/once each/);
});
