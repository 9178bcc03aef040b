// The report as one HTML file. Order on the page: verdict, red lines, systems, plots, failures, bias, cost, samples, protocol,
// warnings. Everything that comes from a log or a model is escaped by html``.

import { html, type Html, type HtmlValue } from "../../base/page/html.ts";
import { renderDotPlot, type DotRow } from "../../base/page/plot.ts";
import { renderPage } from "../../base/page/shell.ts";
import { renderTable } from "../../base/page/table.ts";
import { pageLangOf, sharedWords, type PageLang } from "../../base/page/strings.ts";
import { browserScript } from "./browser.ts";
import { renderBias } from "./page-bias.ts";
import { renderCost } from "./page-cost.ts";
import { renderPermutations } from "./page-permutations.ts";
import { renderSamples } from "./page-samples.ts";
import { renderSeeds } from "./seed-words.ts";
import { redLinesOf } from "./report.ts";
import { reportWords, type ReportWords } from "./strings.ts";
import type { Comparison, PageReport, Report, SystemResult } from "../score/types.ts";
import {
  claimOf,
  evidenceOf,
  formatDelta,
  formatEstimate,
  formatP,
  kindOf,
  redLineOf,
} from "./words.ts";

type View = {
  report: PageReport;
  words: ReportWords;
  lang: PageLang;
  /** The comparison that the verdict is about. */
  lead: Comparison | null;
  /** The metric that plots and differences are shown in. */
  metric: string;
  base: SystemResult | null;
};

/** The whole page, in the report's language (Korean or English). */
export function renderReport(report: PageReport): string {
  const lang = pageLangOf(report.lang);
  const lead = report.comparisons[0] ?? null;
  const metric = lead?.metric ?? Object.keys(report.systems[0]?.metrics ?? {})[0] ?? "";
  const base = report.systems.find(({ kind }) => kind === "base") ?? null;
  const view: View = { report, words: reportWords[lang], lang, lead, metric, base };
  const body = html`${renderVerdict(view)} ${renderRedLines(view)} ${renderSystems(view)}
  ${renderAllMetrics(view)} ${renderComparisons(view)} ${renderSeeds(report.comparisons, lang)}
  ${renderForest(view)} ${renderSlices(view)} ${renderFailures(view)}
  ${renderBias(report, view.words, lead)} ${renderPermutations(report, view.words, lead)}
  ${renderCost(report, view.words, gapsOf(view))} ${renderSamples(report, view.words, lead)}
  ${renderProtocol(view)} ${renderWarnings(view)}`;
  const title = `${report.suite}: ${view.words.title}`;
  const script = report.samples.length > 0 ? browserScript : null;
  return renderPage({ lang, title, body, script });
}

function renderVerdict({ report, words, lang, lead }: View): Html {
  const tone = lead?.verdict === "better" ? "better" : lead?.verdict === "worse" ? "worse" : "";
  const eyebrow = html`<p class="eyebrow">${words.title} · <b>${report.suite}</b></p>`;
  if (lead === null)
    return html`${eyebrow}
      <h1>${report.sentence}</h1>`;
  const evidence = (c: Comparison): string =>
    `${evidenceOf(c, lang)} · ${words.columns.p} ${formatP(c.pHolm)}`;
  const others = report.comparisons.filter((c) => c.primary && c !== lead);
  return html`${eyebrow}
    <h1 class="${tone}">${claimOf(lead, lang)}</h1>
    <p class="lead">${evidence(lead)}</p>
    ${others.map(
      (c) =>
        html` <p class="lead"><b class="${toneOf(c)}">${claimOf(c, lang)}</b>: ${evidence(c)}</p>`,
    )}`;
}

function renderRedLines({ report, lang, lead }: View): Html | null {
  if (report.redLines.length === 0) return null;
  const found = lead
    ? redLinesOf(report.comparisons, lead.system, lead.metric, report.systems)
    : [];
  // Lines that somebody else put into the report have no comparison behind them, and stand as they are.
  const lines =
    found.length === report.redLines.length
      ? found.map(([c, kind]) => redLineOf(c, kind, lang))
      : report.redLines;
  return html`<div class="box red" role="note">${lines.map((line) => html`<p>${line}</p>`)}</div>`;
}

/** Comparisons with the base in the metric of the verdict, one a system. */
function gapsOf({ report, metric, base }: View): Comparison[] {
  return report.comparisons.filter((c) => c.against === base?.name && c.metric === metric);
}

function renderSystems(view: View): Html {
  const { report, words, lang, lead, metric, base } = view;
  const metrics = metricsOf(report);
  const gaps = gapsOf(view);
  // The difference stands right after the metric that it is a difference of.
  const heads = metrics.flatMap((name): HtmlValue[] =>
    name === metric && base && gaps.length > 0
      ? [name, html`${words.deltaFrom(base.name)}<small>${name}</small>`]
      : [name],
  );
  const rows = report.systems.map((system) => {
    const gap = gaps.find((c) => c.system === system.name);
    const about = [kindOf(system.kind, lang), system.about]
      .filter((part) => part !== "")
      .join(" · ");
    const cells = metrics.flatMap((name) => {
      const cell = estimateCell(system, name);
      return name === metric && gaps.length > 0
        ? [cell, gap ? deltaCell(gap) : html`<td>–</td>`]
        : [cell];
    });
    return html`<tr class="${system.name === lead?.system ? "mark" : ""}">
      <th scope="row" title="${system.name}">
        ${system.name}<small title="${about}">${about}</small>
      </th>
      ${cells}
    </tr>`;
  });
  return html`<h2>${words.systems}</h2>
    <p class="note">${words.systemsNote}</p>
    ${renderTable(words.system, heads, rows)}`;
}

function estimateCell(system: SystemResult, metric: string): Html {
  const estimate = system.metrics[metric];
  if (!estimate) return html`<td>–</td>`;
  const { value, low, high, n } = estimate;
  return html`<td>
    ${value.toFixed(3)}<small>[${low.toFixed(3)}, ${high.toFixed(3)}]</small><small>n = ${n}</small>
  </td>`;
}

function deltaCell(comparison: Comparison): Html {
  const [value, interval] = splitDelta(comparison);
  const p = formatP(comparison.pHolm);
  return html`<td>
    <span class="${toneOf(comparison)}">${value}</span><small>${interval}</small
    ><small>p ${p}</small>
  </td>`;
}

function renderComparisons({ report, words }: View): Html | null {
  if (report.comparisons.length === 0) return null;
  const { columns } = words;
  const rows = report.comparisons.map((c) => {
    const [value, interval] = splitDelta(c);
    const pair = `${c.system} − ${c.against}`;
    return html`<tr class="${c.primary ? "mark" : ""}">
      <th scope="row" title="${pair}">
        ${pair}<small>${c.primary ? words.primary : words.exploratory} · ${c.metric}</small>
      </th>
      <td>${value}<small>${interval}</small></td>
      <td class="${toneOf(c)}">${words.verdicts[c.verdict]}</td>
      <td>${formatP(c.pHolm)}</td>
      <td>${c.n}</td>
      <td>${c.wins === null ? "–" : `${c.wins} / ${c.ties} / ${c.losses}`}</td>
      <td>±${c.mde.toFixed(3)}</td>
    </tr>`;
  });
  const { difference, verdict, p, n, wins, mde } = columns;
  return html`<h2>${words.comparisons}</h2>
    <p class="note">${words.comparisonsNote}</p>
    ${renderTable(columns.pair, [difference, verdict, p, n, wins, mde], rows)}`;
}

function renderForest({ report, words, lead, metric, base }: View): Html | null {
  const rows = report.systems.flatMap(({ name, metrics }): DotRow[] => {
    const estimate = metrics[metric];
    if (!estimate) return [];
    return [
      {
        kind: "dot",
        label: name,
        ...estimate,
        text: formatEstimate(estimate),
        marked: name === lead?.system,
      },
    ];
  });
  if (rows.length === 0) return null;
  const reference = base?.metrics[metric]?.value ?? null;
  return html`<h2>${words.forest}</h2>
    <p class="note">${words.forestNote(metric, reference === null ? null : base!.name)}</p>
    ${renderDotPlot(rows, reference)}`;
}

function renderSlices({ report, words, lead }: View): Html | null {
  if (lead === null || report.slices.length === 0) return null;
  const toRow = (label: string, c: Comparison, marked: boolean): DotRow => {
    return {
      kind: "dot",
      label,
      value: c.delta,
      low: c.low,
      high: c.high,
      text: `${formatDelta(c, 3)} n=${c.n}`,
      marked,
    };
  };
  const names = Array.from(new Set(report.slices.map(({ slice }) => slice)));
  const sliceWords: Record<string, string> = words.sliceNames;
  const rows = names.flatMap((name) => [
    { kind: "heading", label: sliceWords[name] ?? name } as const,
    ...report.slices
      .filter(({ slice }) => slice === name)
      .map(({ value, comparison }) =>
        toRow(`${value} · ${words.verdicts[comparison.verdict]}`, comparison, false),
      ),
  ]);
  return html`<h2>${words.slices}</h2>
    <p class="note">${words.slicesNote(lead.system, lead.against, lead.metric)}</p>
    ${renderDotPlot([toRow(words.overall, lead, true), ...rows], 0)}`;
}

function renderFailures({ report, words }: View): Html | null {
  const systems = Object.keys(report.failures);
  const kinds = new Set(Object.values(report.failures).flatMap((rates) => Object.keys(rates)));
  // No failure but a leaning, drawn below.
  kinds.delete("pick-popularity");
  if (kinds.size === 0) return null;
  const names: Record<string, string> = words.failureNames;
  const rows = Array.from(kinds, (kind) => {
    const shares = systems.map((system) => report.failures[system]![kind]);
    return html`<tr>
      <th scope="row">${names[kind] ?? kind}</th>
      ${shares.map((share) => html`<td>${formatShare(share)}</td>`)}
    </tr>`;
  });
  return html`<h2>${words.failures}</h2>
    <p class="note">${words.failuresNote}</p>
    ${renderTable(words.failure, systems, rows)}`;
}

/** Every metric that was measured, folded: tables above open with the headline ones. */
function renderAllMetrics({ report, words }: View): Html | null {
  const shown = new Set(report.headline);
  const rest = Array.from(
    new Set(report.systems.flatMap(({ metrics }) => Object.keys(metrics))),
  ).filter((name) => !shown.has(name));
  if (rest.length === 0) return null;
  const answering = report.systems.filter(({ metrics }) => rest.some((name) => metrics[name]));
  const rows = rest.map(
    (name) =>
      html`<tr>
        <th scope="row" title="${name}">${name}</th>
        ${answering.map((system) => estimateCell(system, name))}
      </tr>`,
  );
  return html`<details class="screen">
    <summary>${words.allMetrics} <small>${rest.length}</small></summary>
    <div>
      ${renderTable(
        words.columns.metric,
        answering.map(({ name }) => name),
        rows,
      )}
    </div>
  </details>`;
}

function renderProtocol({ report, words, lang }: View): Html {
  const rows = Object.entries(report.protocol).map(
    ([name, value]) =>
      html`<dt>${words.protocolNames[name] ?? name}</dt>
        <dd>${value ?? sharedWords[lang].none}</dd>`,
  );
  return html`<h2>${words.protocol}</h2>
    <dl>${rows}</dl>`;
}

function renderWarnings({ report, words }: View): Html | null {
  if (report.warnings.length === 0) return null;
  return html`<h2>${words.warnings}</h2>
    <div class="box warn">${report.warnings.map((warning) => html`<p>${warning}</p>`)}</div>`;
}

/** Names of all metrics: the one compared first leads, then those of its variant, then order of first appearance. */
export function metricsOf(report: Report): string[] {
  const lead = report.comparisons[0]?.metric;
  const variant = lead?.split("/")[1];
  const rank = (name: string): number =>
    name === lead ? 0 : variant !== undefined && name.endsWith(`/${variant}`) ? 1 : 2;
  return report.headline.toSorted((a, b) => rank(a) - rank(b));
}

function splitDelta(comparison: Comparison): [string, string] {
  const text = formatDelta(comparison, 3);
  const space = text.indexOf(" ");
  return [text.slice(0, space), text.slice(space + 1)];
}

function toneOf({ verdict }: Comparison): string {
  return verdict === "better" || verdict === "worse" ? verdict : "";
}

function formatShare(share: number | undefined): string {
  return share === undefined ? "–" : `${(share * 100).toFixed(1)}%`;
}
