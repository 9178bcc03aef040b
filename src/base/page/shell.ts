// The frame of a single-file page. Its policy forbids scripts and the network, whatever the content.

import { html, Html } from "./html.ts";
import { sharedWords, type PageLang } from "./strings.ts";
import { style } from "./style.ts";

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A whole HTML document. `body` stands inside <main>, a line on its making below it. */
export function renderPage({
  lang,
  title,
  body,
}: {
  lang: PageLang;
  title: string;
  body: Html;
}): string {
  return html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Html(policy)}" />
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
      </body>
    </html> `.markup;
}
