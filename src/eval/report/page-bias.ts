// Leanings on the report page: whether a system ranks the true item by where the prompt showed it, and whether it reaches
// for what is popular anyway. Hou et al., "Large language models are zero-shot rankers for recommender systems", 2024.

import { renderCurves, type CurveRow } from "../../base/page/curve.ts";
import { html, type Html } from "../../base/page/html.ts";
import { renderBars } from "../../base/page/plot.ts";
import type { ReportWords } from "./strings.ts";
import type { Comparison, Estimate, Report } from "../score/types.ts";

type Slots = Report["positions"][string];

/** Position and popularity bias; null where no system was shown a list. */
export function renderBias(
  report: Report,
  words: ReportWords,
  lead: Comparison | null,
): Html | null {
  const { bias } = words;
  const curves = Object.entries(report.positions).flatMap(([system, slots]): CurveRow[] => {
    if (slots.length < 2) return [];
    const third = Math.max(1, Math.floor(slots.length / 3));
    const [first, last] = [meanRank(slots.slice(0, third)), meanRank(slots.slice(-third))];
    return [
      {
        label: system,
        points: slots.map(({ rank }) => rank),
        text: bias.thirds(first.toFixed(2), last.toFixed(2)),
        marked: system === lead?.system,
      },
    ];
  });
  const bars = Object.entries(report.failures).flatMap(([system, shares]) => {
    const share = shares["pick-popularity"];
    if (share === undefined) return [];
    return [
      {
        label: system,
        share,
        text: `${(share * 100).toFixed(1)}%`,
        marked: system === lead?.system,
      },
    ];
  });
  if (curves.length === 0 && bars.length === 0) return null;
  const ties = Object.entries(report.tieShare).filter(([, share]) => share > 0);
  return html`<h2>${bias.title}</h2>
    ${
      curves.length > 0 &&
      html`<h3>${bias.position}</h3>
        <p class="note">${bias.positionNote}</p>
        ${renderCurves(curves)}`
    }
    ${
      bars.length > 0 &&
      html`<h3>${bias.popularity}</h3>
        <p class="note">${bias.popularityNote}</p>
        ${renderBars(bars)}`
    }
    ${ties.length > 0 && html`<p class="note">${bias.ties(ties.map(([system, share]) => `${system} ${(share * 100).toFixed(1)}%`).join(" · "))}</p>`}`;
}

/** Mean over slots, each weighed by how many users were shown the truth there. */
function meanRank(slots: Slots): number {
  const total = (of: (rank: Estimate) => number): number =>
    slots.reduce((sum, { rank }) => sum + of(rank), 0);
  return total(({ value, n }) => value * n) / total(({ n }) => n);
}
