// Plots that reflow: rows of a grid whose middle cell is a small SVG in percentages, so that text keeps its size at any
// width. Dot-and-interval rows after Cleveland, "The Elements of Graphing Data", 1985. Everything is drawn in currentColor.

import { html, type Html } from "./html.ts";

export type DotRow =
  | {
      kind: "dot";
      label: string;
      value: number;
      low: number;
      high: number;
      text: string;
      marked: boolean;
    }
  | { kind: "heading"; label: string };

/**
 * Dots with intervals on one shared axis. `reference` draws a vertical line (0 for differences, the base system's value
 * for levels). Rows without finite numbers are drawn without a mark.
 */
export function renderDotPlot(rows: readonly DotRow[], reference: number | null): Html {
  const dots = rows.filter((row) => row.kind === "dot");
  const axis = makeAxis([
    ...dots.flatMap((row) => [row.low, row.high, row.value]),
    ...(reference === null ? [] : [reference]),
  ]);
  const guide =
    reference === null
      ? null
      : html`<line
          x1="${axis.at(reference)}"
          x2="${axis.at(reference)}"
          y1="0"
          y2="100%"
          stroke="currentColor"
          stroke-opacity=".45"
          stroke-dasharray="2 3"
        />`;
  return html`<div class="plot">
    ${rows.map((row) => (row.kind === "heading" ? html`<div class="row head"><span>${row.label}</span><span></span><span></span></div>` : renderDot(row, axis, guide)))}
    <div class="row axis">
      <span></span
      ><svg aria-hidden="true">
        ${axis.ticks.map((tick) => html`<line x1="${axis.at(tick.value)}" x2="${axis.at(tick.value)}" y1="0" y2="4" stroke="currentColor" /><text x="${axis.at(tick.value)}" y="18" text-anchor="middle" fill="currentColor">${tick.text}</text>`)}
        <line x1="0" x2="100%" y1=".5" y2=".5" stroke="currentColor" stroke-opacity=".5" /></svg
      ><span></span>
    </div>
  </div>`;
}

export type BarRow = { label: string; share: number; text: string; marked: boolean };

/** Bars of shares (0..1) on an axis from 0 to 1. */
export function renderBars(rows: readonly BarRow[]): Html {
  return html`<div class="plot">
    ${rows.map(
      ({ label, share, text, marked }) =>
        html`<div class="${marked ? "row mark" : "row"}">
          <span title="${label}">${label}</span
          ><svg role="img" aria-label="${`${label} ${text}`}">
            <rect x="0" y="50%" width="100%" height="1" fill="currentColor" fill-opacity=".15" />
            <rect
              x="0"
              y="30%"
              width="${percent(Math.min(1, Math.max(0, share)))}"
              height="40%"
              rx="2"
              fill="currentColor"
              fill-opacity="${marked ? 1 : 0.55}"
            /></svg
          ><span>${text}</span>
        </div>`,
    )}
  </div>`;
}

type Axis = { at(value: number): string; ticks: { value: number; text: string }[] };

function renderDot(row: DotRow & { kind: "dot" }, axis: Axis, guide: Html | null): Html {
  const finite =
    Number.isFinite(row.value) && Number.isFinite(row.low) && Number.isFinite(row.high);
  const mark =
    finite &&
    html`<line
        x1="${axis.at(row.low)}"
        x2="${axis.at(row.high)}"
        y1="50%"
        y2="50%"
        stroke="currentColor"
        stroke-width="2"
        stroke-opacity="${row.marked ? 1 : 0.6}"
        stroke-linecap="round"
      /><circle cx="${axis.at(row.value)}" cy="50%" r="4.5" fill="currentColor" />`;
  return html`<div class="${row.marked ? "row mark" : "row"}">
    <span title="${row.label}">${row.label}</span
    ><svg role="img" aria-label="${`${row.label} ${row.text}`}">
      <line x1="0" x2="100%" y1="50%" y2="50%" stroke="currentColor" stroke-opacity=".12" />
      ${guide}${mark}</svg
    ><span>${row.text}</span>
  </div>`;
}

function makeAxis(values: readonly number[]): Axis {
  const finite = values.filter(Number.isFinite);
  const low = finite.length > 0 ? Math.min(...finite) : 0;
  const high = finite.length > 0 ? Math.max(...finite) : 1;
  const span = high - low || Math.abs(high) || 1;
  const step = niceStep(span / 4);
  const from = Math.floor(low / step) * step;
  const to = Math.max(Math.ceil(high / step) * step, from + step);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const count = Math.round((to - from) / step);
  // Room at both ends keeps the outer labels and dots inside the plot.
  const at = (value: number): string => percent(0.03 + (0.94 * (value - from)) / (to - from));
  const ticks = Array.from({ length: count + 1 }, (_, i) => {
    const value = from + i * step;
    return { value, text: (Math.abs(value) < step / 1e6 ? 0 : value).toFixed(digits) };
  });
  return { at, ticks };
}

/** The largest of 1, 2, 5 × 10^m that is at most `size`, or 10^m where none is smaller. */
function niceStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const lead = size / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
