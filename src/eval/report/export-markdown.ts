// A report as Markdown, for pull requests: verdict, table of systems with intervals, comparisons, warnings. Text from logs
// and models is escaped: it makes no table, link, HTML or mention.

import type { ExportFiles, FinishedRun } from "./export-run.ts";
import type { Comparison, Estimate, Report } from "../score/types.ts";
import { primarySeedsOf, seedLineOf } from "./seed-words.ts";
import { sentencesOf } from "./words.ts";

/** `report.md`. */
export async function exportMarkdown({ report }: FinishedRun): Promise<ExportFiles> {
  return { "report.md": renderMarkdown(await report()) };
}

const digits = 4;

export function renderMarkdown(report: Report): string {
  const metrics = [...new Set(report.systems.flatMap(({ metrics: own }) => Object.keys(own)))];
  const rows = report.systems.map(({ name, kind, metrics: own }) => [
    plain(name),
    kind,
    ...metrics.map((metric) => estimateOf(own[metric])),
  ]);
  const compared = report.comparisons.map((c) => [
    plain(c.system),
    plain(c.against),
    plain(c.metric),
    `${signed(c.delta)} [${signed(c.low)}, ${signed(c.high)}]`,
    c.pHolm.toPrecision(2),
    String(c.n),
    c.primary ? plain(c.verdict) : `${plain(c.verdict)} (exploratory)`,
  ]);
  const compareHead = [
    "system",
    "against",
    "metric",
    "difference [95%]",
    "p (Holm)",
    "n",
    "verdict",
  ];
  const seeds = primarySeedsOf(report.comparisons).map((c) => `- ${plain(seedLineOf(c))}`);
  const notes = [
    ...report.redLines.map((line) => `- **${plain(line)}**`),
    ...report.warnings.map((line) => `- ${plain(line)}`),
  ];
  const protocol = Object.entries(report.protocol)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `- ${plain(key)}: ${plain(String(value))}`);
  return [
    `# ${plain(report.suite)}`,
    ...sentencesOf(report).map(plain),
    tableOf([["system", "kind", ...metrics.map(plain)], ...rows]),
    ...(compared.length > 0 ? ["## Comparisons", tableOf([compareHead, ...compared])] : []),
    ...(seeds.length > 0 ? ["## Training seeds", seeds.join("\n")] : []),
    ...(notes.length > 0 ? ["## Notes", notes.join("\n")] : []),
    "## Protocol",
    protocol.join("\n"),
    "",
  ].join("\n\n");
}

function estimateOf(estimate: Estimate | undefined): string {
  if (!estimate) return "";
  const { value, low, high, n } = estimate;
  const [v, l, h] = [value, low, high].map((number) => number.toFixed(digits));
  return `${v} [${l}, ${h}], n = ${n}`;
}

function signed(value: Comparison["delta"]): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
}

function tableOf([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head!), line(head!.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Text that Markdown shows as it is, on one line. */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .replace(/[\\`*_{}[\]<>()#!|~&@]/g, (char) => (char === "@" ? "&#64;" : `\\${char}`));
}
