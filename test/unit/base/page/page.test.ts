import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { renderCurves } from "../../../../src/base/page/curve.ts";
import { html } from "../../../../src/base/page/html.ts";
import { renderBars, renderDotPlot, type DotRow } from "../../../../src/base/page/plot.ts";
import { renderPage } from "../../../../src/base/page/shell.ts";
import { pageLangOf } from "../../../../src/base/page/strings.ts";

function dot(label: string, value: number, low: number, high: number): DotRow {
  return { kind: "dot", label, value, low, high, text: String(value), marked: false };
}

describe("renderPage", () => {
  const page = renderPage({ lang: "ko", title: "a </title><script>", body: html`<p>본문</p>` });
  test("is one document in its language that loads and runs nothing", () => {
    expect(page).toMatch(/^<!doctype html>\s*<html lang="ko">/i);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<link|<img|\bsrc=|url\(|https?:/);
    expect(page).toContain("<p>본문</p>");
  });
  test("runs its own script alone, by hash, whatever stands beside it", () => {
    const script = "document.title = 'x';";
    const own = renderPage({
      lang: "en",
      title: "t",
      body: html`${"<script>evil()</script>"}`,
      script,
    });
    const hash = createHash("sha256").update(script).digest("base64");
    expect(own).toContain(`script-src 'sha256-${hash}'"`);
    expect(own.match(/<script[\s\S]*?<\/script>/g)).toEqual([`<script>${script}</script>`]);
    expect(page).not.toContain("script-src");
  });
  test("keeps its title inside the title", () => {
    expect(page).toContain("<title>a &#60;/title&#62;&#60;script&#62;</title>");
  });
  test("serves both colour schemes and paper", () => {
    expect(page).toContain("prefers-color-scheme: dark");
    expect(page).toContain("@media print");
  });
});

test("the page's language is the first that pages are written in", () => {
  expect(pageLangOf(["ko", "en"])).toBe("ko");
  expect(pageLangOf(["fr", "ko"])).toBe("ko");
  expect(pageLangOf([])).toBe("en");
});

describe("renderDotPlot", () => {
  test("puts smaller values further left, all inside the plot", () => {
    const { markup } = renderDotPlot([dot("a", 0.2, 0.1, 0.3), dot("b", 0.6, 0.5, 0.9)], 0);
    const centres = Array.from(markup.matchAll(/cx="([\d.]+)%"/g), (found) => Number(found[1]));
    expect(centres).toHaveLength(2);
    expect(centres[0]).toBeLessThan(centres[1]!);
    const places = Array.from(markup.matchAll(/ (?:x1|x2|cx|x)="([\d.-]+)%"/g), (found) =>
      Number(found[1]),
    );
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThanOrEqual(100);
  });

  test("labels its axis with round numbers that cover the data", () => {
    const { markup } = renderDotPlot([dot("a", 0.115, 0.078, 0.151)], 0);
    const ticks = Array.from(markup.matchAll(/<text[^>]*>\s*([-\d.]+)\s*<\/text\s*>/g), (found) =>
      Number(found[1]),
    );
    expect(ticks[0]).toBe(0);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(0.151);
    expect(ticks).toContain(0.1);
  });

  test("survives one value, no values, none finite and hostile labels", () => {
    for (const rows of [[dot("a", 0, 0, 0)], [], [dot("a", NaN, NaN, NaN)], [dot("a", 5, 5, 5)]]) {
      expect(renderDotPlot(rows, null).markup).not.toMatch(/NaN%|Infinity/);
    }
    expect(renderDotPlot([dot("<b>", 1, 0, 2)], null).markup).not.toContain("<b>");
  });
});

test("bars are as long as their share, at most the whole width", () => {
  const row = (share: number) => ({ label: "<i>", share, text: "x", marked: false });
  const { markup } = renderBars([row(0.25), row(1.5), row(-1)]);
  const widths = Array.from(
    markup.matchAll(/width="([\d.]+)%"\s+height="40%"/g),
    (found) => found[1],
  );
  expect(widths).toEqual(["25", "100", "0"]);
  expect(markup).not.toContain("<i>");
});

describe("renderCurves", () => {
  const point = (value: number) => ({ value, low: value - 1, high: value + 1 });
  const rows = [
    { label: "a<b>", points: [point(2), point(4)], text: "first 2, last 4", marked: true },
    { label: "empty", points: [], text: "", marked: false },
  ];
  test("draws the best rank at the top, all on one axis, and leaves out rows without points", () => {
    const { markup } = renderCurves(rows);
    const line = /<polyline\s+points="([^"]+)"/.exec(markup)![1]!;
    const [[x1, y1], [x2, y2]] = line.split(" ").map((pair) => pair.split(",").map(Number)) as [
      [number, number],
      [number, number],
    ];
    expect([x1, x2]).toEqual([0, 100]);
    expect(y1).toBeLessThan(y2);
    expect(markup.match(/<svg/g)).toHaveLength(1);
    expect(markup).toContain("a&#60;b&#62;");
    expect(markup).not.toContain("empty");
  });
  test("survives one point and points that are all equal", () => {
    const flat = [{ label: "x", points: [point(3)], text: "", marked: false }];
    expect(renderCurves(flat).markup).not.toMatch(/NaN|Infinity/);
    const same = { value: 1, low: 1, high: 1 };
    const level = [{ label: "x", points: [same, same], text: "", marked: false }];
    expect(renderCurves(level).markup).not.toMatch(/NaN|Infinity/);
  });
});
