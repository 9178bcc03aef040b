import { expect, it } from "vitest";
import { startAudit } from "../../../src/dataset/audit/run-audit.ts";
import { renderDatasetReport, type DatasetView } from "../../../src/dataset/report.ts";
import type { Example } from "../../../src/dataset/task/types.ts";
import { manifestOf } from "./manifests.ts";

const example: Example = {
  id: "rating/u%2F1/3",
  task: "rating",
  wording: "rating/en/table@1",
  prompt: [{ role: "user", content: "<img src=x onerror=alert(1)> & {{ x }}" }],
  completion: [{ role: "assistant", content: "4" }],
  user: "u/1",
  item: "a",
  row: 3,
  time: null,
  rating: 4,
  history: ["b"],
  candidates: null,
  negatives: null,
  label: "4",
  source: "log",
  warmth: "warm",
};

const view = (overrides: Partial<DatasetView> = {}): DatasetView => ({
  manifest: manifestOf(),
  audit: startAudit({ repeats: "drop-target" }).result(),
  samples: { rating: [example] },
  figures: {
    ratings: [
      { label: "1", count: 1 },
      { label: "5", count: 3 },
    ],
    lengths: [{ label: "5–9", count: 3 }],
  },
  ...overrides,
});

it("shows counts, shares, reasons and the audit", () => {
  const page = renderDatasetReport(view(), ["en"]);
  expect(page).toContain("3,005 examples from 1,234,567 interactions");
  expect(page).toContain("3 (75.0%)");
  expect(page).toContain("bad-time 1");
  expect(page).toContain("repeat 2");
  expect(page).toContain("no rating 4");
  expect(page).toContain("25.0%");
  expect(page).toContain("Leave-one-out in the order");
  expect(page).toMatch(/train [\d,]+ of [\d,]+ users and [\d,]+ items/);
  expect(page).toContain("4 train interactions lie after the first of test (40.0%)");
  expect(page).toContain("answer-in-prompt");
  expect(page).toContain("rating/u%2F1/3");
});

it("escapes what the log says", () => {
  const page = renderDatasetReport(view({ manifest: manifestOf({ name: "<b>x</b>" }) }), ["en"]);
  expect(page).not.toContain("<img src=x");
  expect(page).toContain("&#60;img src=x onerror=alert(1)&#62; &#38; {{ x }}");
  expect(page).not.toContain("<b>x</b>");
});

it("marks errors, and leaves out ratings where there are none", () => {
  const audit = startAudit({ repeats: "drop-target" });
  audit.see({ example: { ...example, history: ["a"] }, split: "train" });
  const page = renderDatasetReport(
    view({ audit: audit.result(), figures: { ratings: [], lengths: [] } }),
    ["en"],
  );
  expect(page).toContain('class="box red"');
  expect(page).not.toContain("Interactions by rating");
  expect(renderDatasetReport(view(), ["en"])).not.toContain('class="box red"');
});
