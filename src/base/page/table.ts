// A table that scrolls by itself where the page is narrow, reachable by keyboard.

import { html, type Html, type HtmlValue } from "./html.ts";

/** A table of rows that are already <tr>; `corner` heads the first column. */
export function renderTable(
  corner: string,
  heads: readonly HtmlValue[],
  rows: readonly Html[],
): Html {
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">${corner}</th>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
