// Cost and latency on the report page, beside what they buy: the difference from the base in the metric of the verdict.

import { html, type Html } from "../../base/page/html.ts";
import { renderTable } from "../../base/page/table.ts";
import type { ReportWords } from "./strings.ts";
import type { Comparison, Report } from "../score/types.ts";
import { formatDelta } from "./words.ts";

/** One row a system; null without answers. `gaps` are the comparisons with the base, one a system. */
export function renderCost(
  report: Report,
  words: ReportWords,
  gaps: readonly Comparison[],
): Html | null {
  const systems = Object.entries(report.cost);
  if (systems.length === 0) return null;
  const { gain, answers, tokensIn, tokensOut, latency, tail, total, perThousand } =
    words.costColumns;
  const rows = systems.map(([name, cost]) => {
    const gap = gaps.find(({ system }) => system === name);
    const cells = [
      formatCount(cost.answers),
      formatCount(cost.tokensIn),
      formatCount(cost.tokensOut),
      cost.latencyMsP50.toFixed(1),
      `${cost.latencyMsP95.toFixed(1)} / ${cost.latencyMsP99.toFixed(1)}`,
      formatUsd(cost.costUsd),
      formatUsd(cost.usdPerThousand),
    ];
    return html`<tr>
      <th scope="row" title="${name}">${name}</th>
      ${gaps.length > 0 && gainCell(gap)} ${cells.map((cell) => html`<td>${cell}</td>`)}
    </tr>`;
  });
  const heads = [answers, tokensIn, tokensOut, latency, tail, total, perThousand];
  return html`<h2>${words.cost}</h2>
    <p class="note">${words.costNote}</p>
    ${renderTable(words.system, gaps.length > 0 ? [gain(gaps[0]!.metric), ...heads] : heads, rows)}`;
}

function gainCell(gap: Comparison | undefined): Html {
  if (!gap) return html`<td>–</td>`;
  const [value, ...interval] = formatDelta(gap, 3).split(" ");
  return html`<td>${value}<small>${interval.join(" ")}</small></td>`;
}

function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

function formatUsd(value: number): string {
  return value === 0 ? "0" : value < 0.01 ? value.toPrecision(2) : value.toFixed(2);
}
