import { expect, it } from "vitest";
import type { Call } from "../../../src/cli/command.ts";
import { printReport } from "../../../src/cli/print-report.ts";
import { makeReport } from "../../../src/eval/report/report.ts";
import type { PrimaryComparison } from "../../../src/eval/score/families.ts";
import { makeTestInput } from "../eval/fixture.ts";

const metric = "ndcg@10/uni10";
const input = {
  ...makeTestInput(60, { base: 0.1, tuned: 0.6 }, { base: "base", tuned: "tuned" }),
  B: 200,
};

function printed(primary: readonly PrimaryComparison[]): string[] {
  const lines: string[] = [];
  const output = { data: (line: string) => lines.push(line), note: () => {} };
  const call = { flags: { json: false }, output, context: { cwd: "/w" } } as unknown as Call;
  printReport(call, { report: makeReport({ ...input, primary }), dir: "/w/runs/a" });
  return lines;
}

it("says the verdict of each primary comparison, that of the first as the last line", () => {
  const first = { metric, system: "tuned", against: "base" };
  const second = { metric: "hr@1/uni10", system: "base", against: "tuned" };
  expect(printed([first, second]).slice(-2)).toEqual([
    expect.stringMatching(/^base is worse than tuned: hr@1\/uni10 /),
    expect.stringMatching(/^tuned is better than base: ndcg@10\/uni10 /),
  ]);
  const alone = printed([first]);
  expect(alone.filter((line) => /^\S+ is (better|worse) than/.test(line))).toHaveLength(1);
  expect(alone.at(-1)).toMatch(/^tuned is better than base: /);
});
