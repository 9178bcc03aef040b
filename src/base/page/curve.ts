// Small curves below each other on shared axes ("small multiples", Tufte, "The Visual Display of Quantitative
// Information", 1983): one row a curve, with a band for its interval. Drawn in currentColor, stretched to any width.

import { html, type Html } from "./html.ts";

export type CurveRow = {
  label: string;
  /** Left to right; `low` and `high` draw the band. */
  points: readonly { value: number; low: number; high: number }[];
  text: string;
  marked: boolean;
};

const height = 40;

/** Curves whose smallest value is drawn at the top: rank 1 is the best place. Rows without points are left out. */
export function renderCurves(rows: readonly CurveRow[]): Html {
  const shown = rows.filter(({ points }) => points.length > 0);
  const values = shown.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high]));
  const least = Math.min(...values);
  const span = Math.max(...values) - least || 1;
  const y = (value: number): string => round(2 + ((height - 4) * (value - least)) / span);
  return html`<div class="plot curves">
    ${shown.map(({ label, points, text, marked }) => {
      const x = (i: number): string =>
        round(points.length < 2 ? 50 : (100 * i) / (points.length - 1));
      const line = points.map(({ value }, i) => `${x(i)},${y(value)}`).join(" ");
      const upper = points.map(({ low }, i) => `${x(i)},${y(low)}`);
      const lower = points.map(({ high }, i) => `${x(i)},${y(high)}`).reverse();
      return html`<div class="${marked ? "row mark" : "row"}">
        <span title="${label}">${label}</span
        ><svg
          role="img"
          aria-label="${`${label} ${text}`}"
          viewBox="0 0 100 ${height}"
          preserveAspectRatio="none"
        >
          <polygon
            points="${[...upper, ...lower].join(" ")}"
            fill="currentColor"
            fill-opacity=".13"
          />
          <polyline
            points="${line}"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            vector-effect="non-scaling-stroke"
          /></svg
        ><span>${text}</span>
      </div>`;
    })}
  </div>`;
}

function round(value: number): string {
  return String(Number(value.toFixed(2)));
}
