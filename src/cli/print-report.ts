// A report on stdout: the table, what must be said beside it, the red lines, and a verdict a primary comparison. That of the
// first one is the very last line.

import { relative } from "node:path";
import { exitCodes } from "../base/errors.ts";
import type { Gate } from "../eval/suite/gate-schema.ts";
import { checkGates } from "../eval/report/gate.ts";
import { primarySeedsOf, seedLineOf } from "../eval/report/seed-words.ts";
import { renderTable } from "../eval/report/table.ts";
import { sentencesOf } from "../eval/report/words.ts";
import type { Report } from "../eval/score/types.ts";
import type { Call } from "./command.ts";

/** Columns where stdout is no terminal. */
const plainWidth = 100;

/** Prints for people, or the one document of --json. */
export function printReport(
  { flags, output, context }: Call,
  { report, dir, ...facts }: { report: Report; dir: string; reused?: boolean },
): void {
  if (flags.json) return output.json({ dir, ...facts, report });
  output.data(renderTable(report, process.stdout.columns || plainWidth));
  output.data("");
  output.note(`report: ${relative(context.cwd, dir) || "."}/report.html`);
  for (const c of primarySeedsOf(report.comparisons)) output.data(plain(seedLineOf(c)));
  for (const warning of report.warnings) output.data(`note: ${plain(warning)}`);
  for (const line of report.redLines) output.data(`red line: ${plain(line)}`);
  const [first, ...others] = sentencesOf(report);
  for (const sentence of others) output.data(plain(sentence));
  output.data(plain(first!));
}

/** The exit code that a suite's gates ask for; those that are not met are named on stderr. */
export function exitOfGates(
  { context }: Call,
  report: Report,
  gates: Gate | readonly Gate[] | null,
): number {
  const missed = checkGates(report, gates).filter(({ isMet }) => !isMet);
  for (const { name, found } of missed) {
    context.log.warn(`gate not met: ${plain(name)}; ${plain(found)}`);
  }
  return missed.length === 0 ? exitCodes.ok : exitCodes.gate;
}

// Names may come from a hostile log; a line stays one line.
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
}
