// HTML that escapes by default: every value put into an html`` template is text unless it is itself Html. Log text is
// hostile, so there is no other way to put text on a page.

/** Markup that needs no more escaping. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
  toString(): string {
    return this.markup;
  }
}

export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

/** A template tag: interpolated text is escaped for element content and quoted attributes; null and false vanish. */
export function html(parts: TemplateStringsArray, ...values: HtmlValue[]): Html {
  let markup = parts[0]!;
  values.forEach((value, i) => (markup += markupOf(value) + parts[i + 1]!));
  return new Html(markup);
}

/** Text made safe for element content and for double- or single-quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replace(controlCharacters, "\u{FFFD}")
    .replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
}

// Parsers drop or misread these; bidirectional overrides would let a title reorder the text around it.
const controlCharacters = /(?![\t\n\r])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

function markupOf(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html) return value.markup;
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return value.map(markupOf).join("");
}
