// A report as CSV (RFC 4180): systems, comparisons, slices, failures. A text that a spreadsheet would take for a formula
// (OWASP, "CSV injection": = + - @ tab, carriage return) gets an apostrophe before it; numbers stay numbers.

import type { ExportFiles, FinishedRun } from "./export-run.ts";
import type { Comparison } from "../score/types.ts";
import { seededOf } from "./seed-words.ts";

type Cell = string | number | boolean | null;

/** `systems.csv`, `comparisons.csv`, `slices.csv`, `failures.csv`, and `seeds.csv` where there are training seeds. */
export async function exportCsv({ report }: FinishedRun): Promise<ExportFiles> {
  const { systems, comparisons, slices, failures } = await report();
  const measured = systems.flatMap(({ name, kind, metrics }) =>
    Object.entries(metrics).map(([metric, e]) => [name, kind, metric, e.value, e.low, e.high, e.n]),
  );
  const failed = Object.entries(failures).flatMap(([system, shares]) =>
    Object.entries(shares).map(([kind, share]) => [system, kind, share]),
  );
  const seeds = seededOf(comparisons).flatMap((c) =>
    c.seeds.map(({ seed, delta, low, high }) => {
      return [c.system, c.against, c.metric, seed, delta, low, high];
    }),
  );
  const seedHead = ["system", "against", "metric", "seed", "delta", "low", "high"];
  return {
    ...(seeds.length > 0 ? { "seeds.csv": csvOf([seedHead, ...seeds]) } : {}),
    "systems.csv": csvOf([["system", "kind", "metric", "value", "low", "high", "n"], ...measured]),
    "comparisons.csv": csvOf([comparisonHead, ...comparisons.map(comparisonRow)]),
    "slices.csv": csvOf([
      ["slice", "in", ...comparisonHead],
      ...slices.map(({ slice, value, comparison }) => [slice, value, ...comparisonRow(comparison)]),
    ]),
    "failures.csv": csvOf([["system", "failure", "share"], ...failed]),
  };
}

const comparisonHead = [
  "system",
  "against",
  "metric",
  "delta",
  "low",
  "high",
  "p",
  "pHolm",
  "n",
  "sd",
  "mde",
  "needed",
  "wins",
  "ties",
  "losses",
  "primary",
  "verdict",
  "seedSd",
];

function comparisonRow(c: Comparison): Cell[] {
  const counts = [c.n, c.sd, c.mde, c.needed, c.wins, c.ties, c.losses];
  return [
    c.system,
    c.against,
    c.metric,
    c.delta,
    c.low,
    c.high,
    c.p,
    c.pHolm,
    ...counts,
    c.primary,
    c.verdict,
    c.seedSd ?? null,
  ];
}

/** Rows as RFC 4180 has them. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return rows.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

export function csvCell(value: Cell): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^[\s\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
