// Rows as a table on a terminal: aligned columns where they fit; else the last column is broken at its spaces; where that
// would leave it too little room, each row becomes a block, its cells below each other.

import { displayWidth, padDisplay } from "../base/display-width.ts";

type Row = readonly (string | number)[];

export type TableForm = {
  /** Whether the first row names the columns. */
  head?: boolean;
  /** Columns of the terminal; Infinity where stdout is none, so that a script finds a row on one line. */
  width?: number;
};

/** Columns of the terminal that stdout is; Infinity where it is none. */
export function terminalWidth(): number {
  return process.stdout.columns || Infinity;
}

/** Rows as aligned columns, numbers to the right, in the form that fits the width. Words are never split. */
export function formatTable(
  rows: readonly Row[],
  { head = false, width = terminalWidth() }: TableForm = {},
): string {
  const lines = alignRows(rows);
  if (lines.every((line) => displayWidth(line) <= width)) return lines.join("\n");
  const before = columnWidths(rows).slice(0, -1);
  const indent = before.reduce((sum, column) => sum + column + gap.length, 0);
  if (2 * (width - indent) >= width) {
    return alignRows(rows.flatMap((row) => breakLast(row, width - indent))).join("\n");
  }
  return (head ? stackNamed(rows, width) : stackPlain(rows, width)).join("\n");
}

const gap = "  ";

function columnWidths(rows: readonly Row[]): number[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, displayWidth(String(cell)))));
  return widths;
}

function alignRows(rows: readonly Row[]): string[] {
  const widths = columnWidths(rows);
  return rows.map((row) =>
    row
      .map((cell, i) =>
        padDisplay(String(cell), widths[i]!, typeof cell === "number" ? "right" : "left"),
      )
      .join(gap)
      .trimEnd(),
  );
}

/** A row whose last cell goes on in rows that are empty before it. */
function breakLast(row: Row, room: number): Row[] {
  const last = row.at(-1);
  if (typeof last !== "string") return [row];
  const empty = row.slice(0, -1).map(() => "");
  return breakText(last, room).map((line, i) => [...(i === 0 ? row.slice(0, -1) : empty), line]);
}

/** Rows under their first cell, each other cell with the name of its column. */
function stackNamed([names = [], ...rows]: readonly Row[], width: number): string[] {
  const labels = names.slice(1).map(String);
  const label = Math.max(0, ...labels.map(displayWidth));
  const room = width - label - 2 * gap.length;
  return rows.flatMap(([first = "", ...cells]) => [
    String(first),
    ...cells.flatMap((cell, i) =>
      breakText(String(cell), room).map((line, at) =>
        `${gap}${padDisplay(at === 0 ? (labels[i] ?? "") : "", label, "left")}${gap}${line}`.trimEnd(),
      ),
    ),
  ]);
}

/** The last cell below the others. */
function stackPlain(rows: readonly Row[], width: number): string[] {
  return rows.flatMap((row) => [
    ...breakText(row.slice(0, -1).map(String).join(gap), width),
    ...breakText(String(row.at(-1) ?? ""), width - gap.length).map((line) => `${gap}${line}`),
  ]);
}

// A path or an id that is longer than the line is left to the terminal, which lets it be copied whole.
function breakText(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && displayWidth(longer) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
