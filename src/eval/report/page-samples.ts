// Samples on the report page: folded, grouped by which system was right, to be searched and walked through by keyboard
// (report-browser.ts). Prompt, raw answer and what was read from it, as they were, escaped.

import { html, type Html } from "../../base/page/html.ts";
import type { ReportWords } from "./strings.ts";
import { kindOfSample, sampleKinds, type SampleKind } from "../score/samples.ts";
import type { Comparison, PageReport, ReportSample } from "../score/types.ts";

/** Longer prompts and answers are cut on the page, not in the records. */
const longestText = 6000;
/** Samples of each kind that go on paper, where all stand open. */
const printed = 4;

/** The samples of a report; null without any. */
export function renderSamples(
  report: PageReport,
  words: ReportWords,
  lead: Comparison | null,
): Html | null {
  if (lead === null || report.samples.length === 0) return null;
  const heads = words.sampleKinds(lead.system, lead.against);
  const groups = sampleKinds.flatMap((kind) => {
    const samples = report.samples.filter((sample) => kindOfSample(sample) === kind);
    return samples.length > 0 ? [{ kind, head: heads[kind], samples }] : [];
  });
  return html`<h2>${words.samples}</h2>
    <p class="note">${words.samplesNote}</p>
    ${renderBrowser(groups, words)}
    <div class="cards" tabindex="0" aria-label="${words.samples}">
      ${groups.map(
        ({ kind, head, samples }) =>
          html`<h3 data-kind="${kind}">${head}</h3>
            ${samples.map((sample, i) => renderSample(sample, kind, i < printed, words))}`,
      )}
    </div>`;
}

// Hidden until the script shows it: without the script it would do nothing.
function renderBrowser(
  groups: readonly { kind: SampleKind; head: string; samples: readonly ReportSample[] }[],
  words: ReportWords,
): Html {
  const { all, search, keys, count } = words.browser;
  return html`<div class="browse" hidden>
    <input type="search" aria-label="${search}" placeholder="${search}" />
    <span class="kinds">
      <button type="button" data-kind="" aria-pressed="true">${all}</button>
      ${groups.map(({ kind, head, samples }) => html`<button type="button" data-kind="${kind}" aria-pressed="false">${head} <small>${samples.length}</small></button>`)}
    </span>
    <output aria-live="polite" data-text="${count}"></output>
    <small class="keys">${keys}</small>
  </div>`;
}

function renderSample(
  { example, user, prompt, truth, answers }: ReportSample,
  kind: SampleKind,
  onPaper: boolean,
  words: ReportWords,
): Html {
  const blocks = answers.map(({ system, text, read, right }) => {
    const mark = right === null ? "" : right ? ` · ${words.right}` : ` · ${words.wrong}`;
    return html`<h4>${system}${mark}</h4>
      ${block(text)}
      ${read.length > 0 && html`<p class="note">${words.read}: ${read.join(" · ")}</p>`}`;
  });
  return html`<details data-kind="${kind}" class="${onPaper ? "" : "screen"}">
    <summary>${cut(truth, 120)} <small>${words.user} ${user} · ${example}</small></summary>
    <div>
      <h4>${words.prompt}</h4>
      ${block(prompt)}
      <h4>${words.truth}</h4>
      ${block(truth)} ${blocks}
    </div>
  </details>`;
}

// The parser drops a line break right after <pre>, so a text that starts with one would lose it.
function block(text: string): Html {
  return html`<pre>${`\n${cut(text, longestText)}`}</pre>`;
}

function cut(text: string, length: number): string {
  return text.length > length
    ? `${text
        .slice(0, length)
        .toWellFormed()
        .replace(/\uFFFD$/, "")}…`
    : text;
}
