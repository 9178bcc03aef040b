// Samples on the report page: folded, grouped by which system was right; prompt and answers as they were, escaped.

import { html, type Html } from "../base/page/html.ts";
import type { ReportWords } from "./report-strings.ts";
import { kindOfSample, sampleKinds } from "./samples.ts";
import type { Comparison, Report, ReportSample } from "./types.ts";

/** Longer prompts and answers are cut on the page, not in the records. */
const longestText = 6000;

/** The samples of a report; null without any. */
export function renderSamples(
  report: Report,
  words: ReportWords,
  lead: Comparison | null,
): Html | null {
  if (lead === null || report.samples.length === 0) return null;
  const heads = words.sampleKinds(lead.system, lead.against);
  const groups = sampleKinds.map((kind) => {
    const samples = report.samples.filter((sample) => kindOfSample(sample) === kind);
    return (
      samples.length > 0 &&
      html`<h3>${heads[kind]}</h3>
        ${samples.map((sample) => renderSample(sample, words))}`
    );
  });
  return html`<h2>${words.samples}</h2>
    <p class="note">${words.samplesNote}</p>
    ${groups}`;
}

function renderSample(
  { example, user, prompt, truth, answers }: ReportSample,
  words: ReportWords,
): Html {
  const blocks = answers.map(({ system, text, right }) => {
    const mark = right === null ? "" : right ? ` · ${words.right}` : ` · ${words.wrong}`;
    return html`<h4>${system}${mark}</h4>
      ${block(text)}`;
  });
  return html`<details>
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
