// The report page in a real browser: no error on the console, everything by keyboard, no sideways scrolling from a phone to
// a wide screen, light, dark and on paper; and hostile titles stay text.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeReport } from "../../src/eval/report/report.ts";
import { renderReport } from "../../src/eval/report/page.ts";
import { makeTestInput } from "../unit/eval/fixture.ts";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const kinds = { base: "base", tuned: "tuned", popularity: "trivial", ease: "classic" };
const hostile = [
  `<script>document.title = "owned"</script>`,
  `<img src=x onerror="document.title='owned'">`,
  `<svg onload="document.title='owned'"></svg>`,
  `</style><style>body{display:none}</style>`,
  `\u202Eowned\u2066`,
  `" onmouseover="document.title='owned'" x="`,
  `</pre><iframe src="javascript:parent.document.title='owned'"></iframe>`,
];

describe.skipIf(!existsSync(executablePath))("the report page in Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "rectune-page-"));
  let browser: Browser;
  const errors: string[] = [];

  beforeAll(async () => {
    for (const lang of ["en", "ko"]) writeFileSync(join(folder, `${lang}.html`), pageIn(lang));
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  function pageIn(lang: string): string {
    const input = makeTestInput(400, { base: 0.1, tuned: 0.5, popularity: 0.15, ease: 0.6 }, kinds);
    const examples = input.examples.map((example, i) => ({
      ...example,
      prompt: [{ role: "user" as const, content: hostile[i % hostile.length]! }],
    }));
    const systems = input.systems.map((system) => ({
      ...system,
      about: hostile[1]!,
      predictions: system.predictions.map((prediction, i) =>
        prediction.raw === null ? prediction : { ...prediction, raw: hostile[i % hostile.length]! },
      ),
    }));
    return renderReport(makeReport({ ...input, examples, systems, lang: [lang] }));
  }

  async function open(
    lang: string,
    { width = 1200, colorScheme = "light" as "light" | "dark" } = {},
  ): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    page.on("console", (message) => errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) errors.push(`request to ${request.url()}`);
    });
    await page.goto(pathToFileURL(join(folder, `${lang}.html`)).href);
    return page;
  }

  test.each([360, 390, 768, 1200, 1920])("fits %d px without sideways scrolling", async (width) => {
    for (const lang of ["en", "ko"]) {
      const page = await open(lang, { width });
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(wide).toBeLessThanOrEqual(width);
      await page.close();
    }
    expect(errors).toEqual([]);
  });

  test("keeps hostile text inert and invisible to the page", async () => {
    const page = await open("en");
    for (const summary of await page.locator("summary").all()) await summary.dispatchEvent("click");
    expect(await page.title()).toContain("Evaluation report");
    expect(await page.locator("main img, main iframe, main script, main svg[onload]").count()).toBe(
      0,
    );
    expect(await page.locator("body").isVisible()).toBe(true);
    const text = await page.locator(".cards").textContent();
    expect(text).toContain(hostile[0]);
    expect(text).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("narrows and opens samples by keyboard alone", async () => {
    const page = await open("en");
    const shown = page.locator("details[data-kind]:visible");
    const all = await shown.count();
    expect(all).toBeGreaterThan(100);
    await page.keyboard.press("/");
    await page.keyboard.type("iframe");
    const narrowed = await shown.count();
    expect(narrowed).toBeGreaterThan(0);
    expect(narrowed).toBeLessThan(all);
    expect(await page.locator(".browse output").textContent()).toBe(`${narrowed} of ${all}`);
    await page.keyboard.press("Escape");
    expect(await shown.count()).toBe(all);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    expect(await page.locator("details[open]").count()).toBe(1);
    expect(await page.locator("details[data-kind]").first().getAttribute("open")).not.toBeNull();
    // By tab to the last filter: only samples where both are wrong stay.
    await page.locator(".browse input").focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    const kindsShown = await shown.evaluateAll((nodes) =>
      nodes.map((n) => n.getAttribute("data-kind")),
    );
    expect(new Set(kindsShown)).toEqual(new Set(["both-wrong"]));
    expect(errors).toEqual([]);
    await page.close();
  });

  test("shows its verdict in the dark and on paper, with the prompts open there", async () => {
    const dark = await open("ko", { colorScheme: "dark", width: 390 });
    const styleOf = async (key: string): Promise<string> =>
      await dark.evaluate<string>(`getComputedStyle(document.body).${key}`);
    const [ink, paper] = [await styleOf("color"), await styleOf("backgroundColor")];
    expect(brightness(ink)).toBeGreaterThan(brightness(paper) + 100);
    expect(await dark.locator("h1").isVisible()).toBe(true);
    await dark.close();
    const page = await open("en");
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".browse").isVisible()).toBe(false);
    expect(await page.locator("details[data-kind]:visible").count()).toBe(12);
    expect(await page.locator("details[data-kind] pre").first().isVisible()).toBe(true);
    expect(errors).toEqual([]);
    await page.close();
  });
});

function brightness(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/\d+/g) ?? []).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
