// The block of a README that shows the demo's result: the table that the program prints, and its last line.

import { renderTable } from "../src/eval/report/table.ts";
import type { Report } from "../src/eval/score/types.ts";

const start = "<!-- demo:start -->";
const end = "<!-- demo:end -->";
/** Columns that a code block shows on a page of GitHub without a scroll bar. */
const width = 100;

/** `text` with the report's table between its marks. @throws Error where the marks are not there, once and in order. */
export function replaceDemo(text: string, report: Report): string {
  const [before, rest, ...more] = text.split(start);
  const after = rest?.split(end);
  if (before === undefined || after?.length !== 2 || more.length > 0)
    throw new Error(`the page needs ${start} and ${end}, once each`);
  const block = [
    "",
    "```",
    renderTable(report, width),
    "",
    ...report.redLines,
    report.sentence,
    "```",
    "",
  ];
  return `${before}${start}${block.join("\n")}${end}${after[1]}`;
}
