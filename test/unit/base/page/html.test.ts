import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeHtml, Html, html } from "../../../../src/base/page/html.ts";

test("text is escaped, markup made by the tag is not", () => {
  const title = `<img src=x onerror="alert('1')">&amp;`;
  expect(html`<p title="${title}">${html`<b>${title}</b>`}</p>`.markup).toBe(
    '<p title="&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;&#38;amp;">' +
      "<b>&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;&#38;amp;</b></p>",
  );
});

test("lists are joined, nothing stays nothing, zero stays", () => {
  expect(html`${["<", html`<i>a</i>`, 0]}${null}${undefined}${false}`.markup).toBe(
    "&#60;<i>a</i>0",
  );
});

test("an object that looks like markup is not taken for it", () => {
  const forged = { markup: "<script>" } as unknown as Html;
  expect(() => html`${forged}`).toThrow();
});

test("no text leaves a character that HTML reads as markup, or one that reorders text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const escaped = escapeHtml(text);
      expect(escaped).not.toMatch(/[<>"'`]/);
      expect(escaped.replace(/&#\d+;/g, "")).not.toContain("&");
    }),
  );
  expect(escapeHtml("a\u202Eb\u0000c\td\ne")).toBe("a\uFFFDb\uFFFDc\td\ne");
});
