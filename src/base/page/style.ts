// The style of every page: system fonts (with Korean ones), tabular figures, light and dark by the reader's setting,
// paper in black on white with everything opened. Classes are few and named by what they hold.

export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --sheet: #ffffff; --ink: #1c1d20; --soft: #5d6068; --line: #e2e0db; --fill: #f1efeb;
  --accent: #1f5fbf; --accent-soft: #e3ecf9; --good: #17704a; --bad: #b3261e; --bad-soft: #fbeae8; --warn-soft: #fbf3dc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131417; --sheet: #1a1c20; --ink: #e9e8e4; --soft: #a0a3ab; --line: #30333a; --fill: #23262c;
    --accent: #86b4f5; --accent-soft: #1d2b42; --good: #6ccf9f; --bad: #ff9d94; --bad-soft: #3a1f1d; --warn-soft: #352d18;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", "Apple SD Gothic Neo", "Noto Sans KR",
    "Noto Sans CJK KR", "Malgun Gothic", "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
:lang(ko) { word-break: keep-all; overflow-wrap: anywhere; }
main { max-width: 68rem; margin: 0 auto; padding: clamp(1.25rem, 4vw, 3.5rem) clamp(1rem, 4vw, 2.5rem) 4rem; }
.eyebrow { margin: 0 0 .75rem; color: var(--soft); font-size: .8125rem; letter-spacing: .06em; }
:lang(en) .eyebrow { text-transform: uppercase; }
.eyebrow b { color: var(--ink); font-weight: 600; text-transform: none; letter-spacing: 0; }
h1 {
  max-width: 28em; margin: 0 0 1rem; font-size: clamp(1.5rem, 1.1rem + 1.9vw, 2.25rem); font-weight: 650;
  line-height: 1.22; letter-spacing: -.015em; text-wrap: balance;
}
h2 { margin: 3rem 0 .35rem; font-size: 1.1875rem; font-weight: 650; line-height: 1.3; letter-spacing: -.005em; }
h3 { margin: 1.75rem 0 .5rem; font-size: .9375rem; font-weight: 650; }
p { margin: 0 0 .75rem; max-width: 46rem; text-wrap: pretty; }
.lead { color: var(--soft); font-size: 1.0625rem; }
.note { color: var(--soft); font-size: .875rem; }
.figure { color: var(--soft); font-weight: 500; white-space: nowrap; }
.better { color: var(--good); } .worse { color: var(--bad); }
.box { margin: 0 0 .75rem; padding: .75rem 1rem; border-left: 3px solid var(--line); background: var(--fill); border-radius: 0 6px 6px 0; }
.box.red { border-color: var(--bad); background: var(--bad-soft); }
.box.warn { border-color: #c79a1b; background: var(--warn-soft); }
.box p { max-width: none; margin: 0 0 .4rem; } .box p:last-child { margin: 0; }
.scroll { overflow-x: auto; margin: 1rem 0; border: 1px solid var(--line); border-radius: 8px; background: var(--sheet); }
table { width: 100%; border-collapse: collapse; font-size: .9063rem; line-height: 1.4; }
th, td { padding: .6rem .9rem; text-align: right; vertical-align: top; border-top: 1px solid var(--line); white-space: nowrap; }
thead th small { display: block; font-weight: 400; }
thead th { border-top: 0; color: var(--soft); font-weight: 500; font-size: .8125rem; vertical-align: bottom; }
th:first-child, td.text { text-align: left; }
td.text { white-space: normal; min-width: 14rem; }
tbody th { font-weight: 600; position: sticky; left: 0; background: var(--sheet); max-width: 14rem; overflow: hidden; text-overflow: ellipsis; }
tbody th small, td small { display: block; color: var(--soft); font-weight: 400; font-size: .8125rem; overflow: hidden; text-overflow: ellipsis; }
tr.mark > * { background: var(--accent-soft); }
.plot { margin: 1rem 0 1.5rem; font-size: .9063rem; }
.plot .row { display: grid; grid-template-columns: minmax(7rem, 14rem) minmax(0, 1fr) 15rem; gap: 0 1rem; align-items: center; min-height: 2rem; }
.plot .row > span:first-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.plot .row > span:last-child { text-align: right; color: var(--soft); white-space: nowrap; }
.plot .row.head { min-height: 1.5rem; margin-top: .5rem; color: var(--soft); font-size: .8125rem; }
.plot .mark { color: var(--accent); } .plot .row.mark > span { color: inherit; font-weight: 600; }
.plot.curves .row { min-height: 3.25rem; } .plot.curves svg { height: 2.75rem; }
.plot svg { display: block; width: 100%; height: 2rem; overflow: visible; }
.plot .axis svg { height: 1.5rem; font-size: .75rem; color: var(--soft); }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; margin: 1rem 0; font-size: .9063rem; border: 1px solid var(--line); border-radius: 8px; background: var(--sheet); overflow: hidden; }
dt, dd { margin: 0; padding: .45rem .9rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
dt { color: var(--soft); } dt:first-of-type, dt:first-of-type + dd { border-top: 0; }
.browse { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; margin: .75rem 0 1rem; }
.browse[hidden] { display: none; }
.browse input { flex: 1 1 14rem; min-width: 0; max-width: 24rem; padding: .4rem .7rem; border: 1px solid var(--line); border-radius: 6px; background: var(--sheet); color: inherit; font: inherit; font-size: .875rem; }
.browse .kinds { display: flex; flex-wrap: wrap; gap: .35rem; }
.browse button { padding: .3rem .7rem; border: 1px solid var(--line); border-radius: 999px; background: var(--sheet); color: inherit; font: inherit; font-size: .8125rem; cursor: pointer; }
.browse button[aria-pressed="true"] { border-color: var(--accent); background: var(--accent-soft); color: var(--accent); }
.browse :is(input, button):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.browse output, .browse small { color: var(--soft); font-size: .8125rem; } .browse .keys { flex-basis: 100%; }
.cards { max-height: max(30rem, 85vh); overflow-y: auto; padding: 0 .25rem; margin: 0 -.25rem; border-bottom: 1px solid var(--line); }
.cards h3:first-child { margin-top: .25rem; }
details { margin: .5rem 0; border: 1px solid var(--line); border-radius: 8px; background: var(--sheet); }
summary { padding: .6rem 1rem; cursor: pointer; overflow-wrap: anywhere; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
summary small { color: var(--soft); }
details > div { padding: 0 1rem 1rem; border-top: 1px solid var(--line); }
details h4 { margin: .9rem 0 .3rem; color: var(--soft); font-size: .8125rem; font-weight: 500; }
pre { margin: 0; padding: .7rem .85rem; max-height: 22rem; overflow: auto; background: var(--fill); border-radius: 6px;
  font: .8125rem/1.55 ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono CJK KR", "D2Coding", monospace;
  white-space: pre-wrap; overflow-wrap: anywhere; word-break: normal; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .8125rem; }
@media (max-width: 640px) {
  .plot .row { grid-template-columns: 1fr auto; gap: 0 .75rem; padding-top: .4rem; }
  .plot .row > svg { grid-column: 1 / -1; grid-row: 2; height: 1.5rem; }
  .plot .axis span { display: none; }
  dl { grid-template-columns: 1fr; } dt { padding-bottom: 0; } dd { border-top: 0; padding-top: 0; }
  dt:first-of-type + dd { border-top: 0; }
  th, td { padding: .5rem .65rem; }
  table { font-size: .875rem; }
  tbody th { min-width: 8.25rem; max-width: 8.25rem; white-space: normal; overflow-wrap: break-word; }
  tbody th small { white-space: nowrap; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --sheet: #fff; --ink: #000; --soft: #444; --line: #bbb; --fill: #f4f4f4;
    --accent: #123f86; --accent-soft: #edf2fa; --good: #0d5537; --bad: #8f1d17; --bad-soft: #faeeed; --warn-soft: #faf5e6; }
  @page { margin: 16mm 14mm; }
  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  h2 { margin-top: 1.6rem; } h2, h3, summary { break-after: avoid; }
  .scroll { overflow: visible; } table { font-size: 8.5pt; } tbody th small, thead th small, td small { font-size: 7.5pt; }
  th, td { white-space: normal; padding: .3rem .4rem; overflow-wrap: normal; }
  tr, .row, .box, dl { break-inside: avoid; }
  .plot { font-size: 8.5pt; } .plot .row { grid-template-columns: 10rem minmax(0, 1fr) 14rem; }
  tbody th { position: static; }
  pre { max-height: none; overflow: visible; }
  .browse, details.screen { display: none; } .cards { max-height: none; overflow: visible; border: 0; }
  details::details-content { display: block; content-visibility: visible; height: auto; }
  summary { list-style: none; } summary::-webkit-details-marker { display: none; }
}
`;
