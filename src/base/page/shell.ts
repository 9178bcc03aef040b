// The frame of a single-file page. Its policy forbids the network and every script but the page's own, which it names by
// hash (CSP Level 3, section 2.3.1), whatever the content.

import { createHash } from "node:crypto";
import { html, Html } from "./html.ts";
import { sharedWords, type PageLang } from "./strings.ts";
import { style } from "./style.ts";

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * A whole HTML document. `body` stands inside <main>, a line on its making below it. `script` is code of ours that runs
 * after it, never text of a log; without one no script runs at all.
 */
export function renderPage({
  lang,
  title,
  body,
  script = null,
}: {
  lang: PageLang;
  title: string;
  body: Html;
  script?: string | null;
}): string {
  const hash = script === null ? null : createHash("sha256").update(script).digest("base64");
  const policyHere = hash === null ? policy : `${policy}; script-src 'sha256-${hash}'`;
  const code = script === null ? null : new Html(`<script>${script}</script>`);
  return html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Html(policyHere)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="rectune" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <main>
          ${body}
          <footer>${sharedWords[lang].madeBy}</footer>
        </main>
        ${code}
      </body>
    </html> `.markup;
}
