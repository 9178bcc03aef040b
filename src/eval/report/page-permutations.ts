// The order of the candidates on the report page: by system, how the rank of the true item follows its slot, how far it
// moves from order to order, and what ranking by all orders together gains.

import { renderCurves } from "../../base/page/curve.ts";
import { html, type Html } from "../../base/page/html.ts";
import { renderTable } from "../../base/page/table.ts";
import type { Comparison, Estimate, Report } from "../score/types.ts";
import type { ReportWords } from "./strings.ts";
import { trimZero } from "./words.ts";

/** One row a system; null where rankings were asked in one order alone. */
export function renderPermutations(
  report: Report,
  words: ReportWords,
  lead: Comparison | null,
): Html | null {
  const results = Object.entries(report.permutations ?? {});
  const [first] = results;
  if (!first) return null;
  const { title, note, slope, rankSd, rankRange, topChanged, gain, curves, users } = words.orders;
  const together = Object.keys(first[1].gain);
  const heads = [slope, rankSd, rankRange, topChanged, ...together.flatMap((m) => [m, gain])];
  const rows = results.map(([name, result]) => {
    const cells = [
      estimateCell(result.slope, 3),
      estimateCell(result.rankSd, 2),
      estimateCell(result.rankRange, 2),
      percentCell(result.topChanged),
      ...together.flatMap((metric) => [
        estimateCell(result.metrics[metric] ?? null, 3),
        estimateCell(result.gain[metric] ?? null, 3, true),
      ]),
    ];
    return html`<tr>
      <th scope="row" title="${name}">
        ${name}<small>${users(result.usable, result.asked, result.metrics[together[0]!]!.n)}</small>
      </th>
      ${cells}
    </tr>`;
  });
  const lines = results.map(([label, result]) => {
    return {
      label,
      points: result.slots.map(({ rank }) => rank),
      text: result.slope === null ? "" : `${slope} ${textOf(result.slope, 3, true)}`,
      marked: label === lead?.system,
    };
  });
  return html`<h2>${title}</h2>
    <p class="note">${note(String(first[1].orders))}</p>
    ${renderTable(words.system, heads, rows)}
    <p class="note">${curves}</p>
    ${renderCurves(lines)}`;
}

function estimateCell(estimate: Estimate | null, digits: number, isSigned = false): Html {
  if (estimate === null) return html`<td>–</td>`;
  const [value, ...interval] = textOf(estimate, digits, isSigned).split(" ");
  return html`<td title="n = ${String(estimate.n)}">
    ${value}<small>${interval.join(" ")}</small>
  </td>`;
}

function percentCell(estimate: Estimate | null): Html {
  if (estimate === null) return html`<td>–</td>`;
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((share) =>
    (share * 100).toFixed(1),
  );
  return html`<td title="n = ${String(estimate.n)}">${value}%<small>[${low}, ${high}]</small></td>`;
}

function textOf({ value, low, high }: Estimate, digits: number, isSigned: boolean): string {
  const [shown, from, to] = [value, low, high].map((number) => trimZero(number.toFixed(digits)));
  const sign = isSigned && !shown!.startsWith("-") ? "+" : "";
  return `${sign}${shown} [${from}, ${to}]`;
}
