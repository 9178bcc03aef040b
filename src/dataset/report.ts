// report.html of a dataset folder: one page to look at before paying for a fine-tune. Texts of the log are escaped.

import { html, type Html } from "../base/page/html.ts";
import { renderBars } from "../base/page/plot.ts";
import { renderPage } from "../base/page/shell.ts";
import type { SplitRecipe } from "../log/split/recipe.ts";
import { splitNames, splits } from "../log/split/timeline.ts";
import type { AuditReport } from "./audit/run-audit.ts";
import { describeSplit, listSizes } from "./describe-split.ts";
import type { Histogram, LogFigures } from "./log-figures.ts";
import { countExamples, type DatasetManifest } from "./manifest.ts";
import type { Example } from "./task/types.ts";

export type DatasetView = {
  manifest: DatasetManifest;
  audit: AuditReport;
  samples: Record<string, Example[]>;
  figures: LogFigures;
};

/** The page. Its own words are English; `langs` are those of the prompts. */
export function renderDatasetReport(view: DatasetView, langs: readonly string[]): string {
  const { manifest } = view;
  const total = splits.reduce((sum, split) => sum + countExamples(manifest, split), 0);
  const { users, items, interactions } = manifest.counts;
  const body = html`<p class="eyebrow">Dataset <b>${manifest.name}</b></p>
    <h1>${grouped(total)} examples from ${grouped(interactions)} interactions</h1>
    <p class="lead">
      ${grouped(users)} users, ${grouped(items)} items, prompts in ${langs.join(", ")}.
    </p>
    ${renderFindings(view.audit)}
    <h2>Examples</h2>
    ${renderCounts(manifest)}
    <h2>The log</h2>
    ${renderLog(manifest)}
    ${
      view.figures.ratings.length === 0
        ? null
        : html`<h3>Interactions by rating</h3>
            ${renderHistogram(view.figures.ratings)}`
    }
    <h3>Users by their number of interactions</h3>
    ${renderHistogram(view.figures.lengths)}
    <h2>What the examples look like</h2>
    ${Object.entries(view.samples).map(
      ([task, examples]) =>
        html`<h3>${task}</h3>
          ${examples.map(renderExample)}`,
    )}
    ${
      manifest.notes.length === 0
        ? null
        : html`<h2>Notes</h2>
            ${manifest.notes.map(({ code, count, message }) => html`<p class="note">${code} (${grouped(count)}): ${message}</p>`)}`
    }`;
  return renderPage({ lang: "en", title: `${manifest.name}: dataset`, body });
}

function renderFindings(audit: AuditReport): Html {
  return html`<h2>Audit</h2>
    ${Object.entries(audit).map(([name, finding]) => {
      const box =
        finding.severity === "error"
          ? "box red"
          : finding.severity === "warning"
            ? "box warn"
            : "box";
      return html`<div class="${box}">
        <p><b>${name}</b> ${finding.severity ?? "nothing found"}: ${finding.message}</p>
        ${finding.examples.length === 0 ? null : html`<p class="note">${finding.examples.join(", ")}</p>`}
      </div>`;
    })}`;
}

function renderCounts({ counts, skipped }: DatasetManifest): Html {
  const tasks = Object.keys(counts.examples.train);
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>task</th>
          ${splits.map((split) => html`<th>${split}</th>`)}
          <th>targets without an example</th>
        </tr>
      </thead>
      <tbody>
        ${tasks.map(
          (task) =>
            html`<tr>
              <th>${task}</th>
              ${splits.map((split) => html`<td>${grouped(counts.examples[split][task] ?? 0)}</td>`)}
              <td class="text">${listCounts(skipped[task] ?? {})}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function renderLog(manifest: DatasetManifest): Html {
  const { read, dropped, tieShare, scale, wordings } = manifest;
  const ties = tieShare === null ? "no times" : `${(100 * tieShare).toFixed(1)}%`;
  const rows: [string, string][] = [
    ["records read", grouped(read.records)],
    ["unusable records", listCounts(read.rejected)],
    ["dropped by filters", listCounts(dropped)],
    ["split", describeSplit(manifest.recipe["split"] as SplitRecipe)],
    ["kept", keptBySplit(manifest)],
    ["train later than test", laterThanTest(manifest)],
    ["users with a tied last pair", ties],
    ["rating scale", scale.length === 0 ? "none" : scale.join(" ")],
    ["wordings", wordings.join(", ")],
    ["licence", manifest.license ?? "not named by the log"],
    [
      "files",
      manifest.inputs.map((input) => `${input.file} (${input.sha256.slice(0, 12)})`).join(", "),
    ],
    ["recipe and log", manifest.hash],
  ];
  return html`<dl>
    ${rows.map(
      ([term, value]) =>
        html`<dt>${term}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function keptBySplit({ splitSizes }: DatasetManifest): string {
  const filled = splitNames.filter((name) => splitSizes[name].interactions > 0);
  return listSizes(splitSizes, filled, grouped);
}

function laterThanTest({ trainAfterTest }: DatasetManifest): string {
  if (trainAfterTest === null) return "not known: no times, or no test";
  const { count, share } = trainAfterTest;
  return `${grouped(count)} train interactions lie after the first of test (${(100 * share).toFixed(1)}%)`;
}

function renderHistogram(bins: Histogram): Html {
  const all = bins.reduce((sum, bin) => sum + bin.count, 0);
  return renderBars(
    bins.map(({ label, count }) => ({
      label,
      share: all === 0 ? 0 : count / all,
      text: `${grouped(count)} (${((100 * count) / Math.max(1, all)).toFixed(1)}%)`,
      marked: false,
    })),
  );
}

function renderExample(example: Example): Html {
  return html`<details open>
    <summary>${example.id} <small>${example.wording}</small></summary>
    <div>
      ${[...example.prompt, ...example.completion].map(
        ({ role, content }) =>
          html`<h4>${role}</h4>
            <pre>${content}</pre>`,
      )}
    </div>
  </details>`;
}

function listCounts(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0
    ? "none"
    : entries.map(([reason, n]) => `${reason} ${grouped(n)}`).join(", ");
}

function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}
