// The report as a terminal table: one row a system where it fits, first with intervals, then with ± half-widths, then in
// up to three tables below each other; on a narrow terminal each system's metrics stand below its name.

import { displayWidth, padDisplay } from "../../base/display-width.ts";
import { metricsOf } from "./page.ts";
import type { Comparison, Report, SystemResult } from "../score/types.ts";
import { formatDelta, formatEstimate, formatPlusMinus } from "./words.ts";

/** Decimals of a table, so that a difference can be checked against the values beside it. */
const tableDigits = 3;

/** One column: what it says of a system with the interval, and shorter with its half-width. */
type Column = {
  title: string;
  long: (system: SystemResult) => string | null;
  short: (system: SystemResult) => string | null;
};

/** The table, at most `width` columns wide where anything fits, without a final newline. Plain text, no colours. */
export function renderTable(report: Report, width: number): string {
  const columns = columnsOf(report);
  const fits = (lines: readonly string[]): boolean =>
    lines.every((line) => displayWidth(line) <= width);
  const forms = ["long", "short"] as const;
  const one = forms.map((form) => layOut(makeRows(report, columns, form))).find(fits);
  const parts = (): string[] | undefined =>
    forms.map((form) => layOutInParts(report, columns, form, fits)).find((lines) => lines !== null);
  return (
    one ??
    (width < leastWidthOfParts ? undefined : parts()) ??
    stack(report, columns, width)
  ).join("\n");
}

const mostParts = 3;
/** Below this, a list reads better than tables of one column. */
const leastWidthOfParts = 72;

const isDelta = ({ title }: Column): boolean => title.startsWith("Δ ");

/** Tables below each other, each with as many columns as fit and the systems that have a value there; null if too many. */
function layOutInParts(
  report: Report,
  columns: readonly Column[],
  form: "long" | "short",
  fits: (lines: readonly string[]) => boolean,
): string[] | null {
  const tableOf = (part: readonly Column[]): string[] => {
    const shown = new Set(part.map(({ title }) => title));
    const systems = report.systems
      .map((system) => ({
        ...system,
        metrics: Object.fromEntries(
          Object.entries(system.metrics).filter(([name]) => shown.has(name)),
        ),
      }))
      .filter(({ metrics }) => Object.keys(metrics).length > 0);
    return layOut(makeRows({ ...report, systems }, part, form));
  };
  const parts: Column[][] = [[]];
  for (const column of columns) {
    const wider = [...parts.at(-1)!, column];
    if (fits(tableOf(wider))) parts[parts.length - 1] = wider;
    else if (fits(tableOf([column])) && !isDelta(column)) parts.push([column]);
    else return null;
  }
  if (parts.length > mostParts) return null;
  return parts.flatMap((part, i) => [...(i === 0 ? [] : [""]), ...tableOf(part)]);
}

function columnsOf(report: Report): Column[] {
  const base = report.systems.find(({ kind }) => kind === "base")?.name;
  const lead = report.comparisons[0]?.metric;
  const gaps = report.comparisons.filter((c) => c.against === base && c.metric === lead);
  return metricsOf(report).flatMap((metric): Column[] => {
    const values: Column = {
      title: metric,
      long: ({ metrics }) => (metrics[metric] ? formatEstimate(metrics[metric]) : null),
      short: ({ metrics }) => (metrics[metric] ? formatPlusMinus(metrics[metric]) : null),
    };
    if (metric !== lead || base === undefined || gaps.length === 0) return [values];
    const write =
      (format: (gap: Comparison) => string) =>
      (system: SystemResult): string | null => {
        const gap = gaps.find((c) => c.system === system.name);
        return gap ? format(gap) : null;
      };
    const long = write((gap) => formatDelta(gap, tableDigits));
    const short = write(
      ({ delta, low, high }) =>
        `${delta > 0 ? "+" : ""}${formatPlusMinus({ value: delta, low, high })}`,
    );
    return [values, { title: `Δ ${plain(base)}`, long, short }];
  });
}

function makeRows(report: Report, columns: readonly Column[], form: "long" | "short"): string[][] {
  const rows = report.systems.map((system) => [
    plain(system.name),
    ...columns.map((column) => column[form](system) ?? "–"),
    usersOf(system),
  ]);
  return [["system", ...columns.map(({ title }) => title), "n"], ...rows];
}

function layOut(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) =>
    Math.max(...rows.map((row) => displayWidth(row[column]!))),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => padDisplay(cell, widths[column]!, column === 0 ? "left" : "right"))
      .join("  ")
      .trimEnd(),
  );
  return [lines[0]!, widths.map((width) => "─".repeat(width)).join("  "), ...lines.slice(1)];
}

function stack(report: Report, columns: readonly Column[], width: number): string[] {
  const label = Math.max(0, ...columns.map(({ title }) => displayWidth(title)));
  return report.systems.flatMap((system) => {
    const lines = columns.filter((column) => column.long(system) !== null);
    const whole = lines.every(({ long }) => label + displayWidth(long(system)!) + 4 <= width);
    return [
      `${plain(system.name)}, n = ${usersOf(system)}`,
      ...lines.map(
        ({ title, long, short }) =>
          `  ${padDisplay(title, label, "left")}  ${(whole ? long : short)(system)}`,
      ),
    ];
  });
}

function usersOf({ metrics }: SystemResult): string {
  const sizes = Array.from(new Set(Object.values(metrics).map(({ n }) => n))).sort((a, b) => a - b);
  return sizes.length > 1 ? `${sizes[0]}-${sizes.at(-1)}` : String(sizes[0] ?? 0);
}

// A name with escape sequences could move the cursor or change colours.
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "");
}
