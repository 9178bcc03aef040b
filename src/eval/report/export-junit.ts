// JUnit XML, as CI systems show it: one test case a primary comparison and one a gate. A comparison fails where the system is
// worse; a gate fails where it is not met.

import type { ExportFiles, FinishedRun } from "./export-run.ts";
import { checkGates } from "./gate.ts";
import type { Comparison } from "../score/types.ts";
import { sentenceOf, sentencesOf } from "./words.ts";

/** `junit.xml`. */
export async function exportJunit({ state, report }: FinishedRun): Promise<ExportFiles> {
  const held = await report();
  const gates = checkGates(held, state.value.gate).map(({ name, isMet, found }) =>
    caseOf(`gate: ${name}`, "gate", isMet ? null : found),
  );
  const compared = held.comparisons
    .filter(({ primary }) => primary)
    .map((c) => caseOf(nameOf(c), "primary", c.verdict === "worse" ? sentenceOf(c) : null));
  const cases = [...compared, ...gates];
  const failures = cases.filter((text) => text.includes("<failure")).length;
  const suite = `<testsuite name="${xml(held.suite)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="0">`;
  const output = `  <system-out>${sentencesOf(held).map(xml).join("\n")}</system-out>`;
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', suite, ...cases, output, "</testsuite>"];
  return { "junit.xml": `${lines.join("\n")}\n` };
}

function nameOf({ system, against, metric }: Comparison): string {
  return `${system} against ${against} on ${metric}`;
}

function caseOf(name: string, kind: string, failure: string | null): string {
  const head = `  <testcase classname="${kind}" name="${xml(name)}"`;
  if (failure === null) return `${head}/>`;
  return `${head}><failure message="${xml(failure)}"/></testcase>`;
}

/** Text as XML 1.0 may hold it: control characters that no XML document may hold are left out. */
export function xml(text: string): string {
  const allowed = text.toWellFormed().replace(/[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, "");
  return allowed.replace(/[&<>"'\n\r\t]/g, (char) => `&#${char.charCodeAt(0)};`);
}
