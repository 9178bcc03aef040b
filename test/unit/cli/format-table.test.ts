import { expect, it } from "vitest";
import { displayWidth } from "../../../src/base/display-width.ts";
import { formatTable } from "../../../src/cli/format-table.ts";

const widest = (table: string): number => Math.max(...table.split("\n").map(displayWidth));

it("aligns columns, numbers to the right", () => {
  expect(
    formatTable([
      ["task", "train"],
      ["rating", 7],
      ["next-item", 1234],
    ]),
  ).toBe("task       train\nrating         7\nnext-item   1234");
  expect(formatTable([])).toBe("");
});

it("aligns what stands behind a name in Hangul", () => {
  const table = formatTable([
    ["영화", "FAILED"],
    ["films", "DONE"],
  ]);
  expect(table).toBe("영화   FAILED\nfilms  DONE");
});

it("breaks a long last column at its spaces, under itself", () => {
  const rows = [
    ["format", "csv"],
    ["columns", "user, film, rating, time, a, b, c, d, e, f"],
  ];
  expect(formatTable(rows, { width: 30 })).toBe(
    "format   csv\ncolumns  user, film, rating,\n         time, a, b, c, d, e,\n         f",
  );
});

it("stands rows below each other where columns do not fit, each cell with its name", () => {
  const rows = [
    ["job", "state", "model", "made"],
    ["81c22c271729", "SUCCEEDED", "local:a/model-of-the-hub", "2026-11-28 03:34:57"],
  ];
  const table = formatTable(rows, { head: true, width: 60 });
  expect(table).toBe(
    [
      "81c22c271729",
      "  state  SUCCEEDED",
      "  model  local:a/model-of-the-hub",
      "  made   2026-11-28 03:34:57",
    ].join("\n"),
  );
  expect(formatTable(rows, { head: true, width: 80 }).split("\n")).toHaveLength(2);
});

it("puts a message below its row where columns have no names", () => {
  const message = "no example's history holds its own target, or anything that came later";
  const rows = [
    ["ok", "future-in-history-of-train", message],
    ["error", "row-in-two-splits", "한국어로 쓴 긴 문장도 단어 사이에서 줄이 바뀌고 넘치지 않는다"],
  ];
  const table = formatTable(rows, { width: 60 });
  expect(widest(table)).toBeLessThanOrEqual(60);
  expect(table.split("\n").slice(0, 2)).toEqual([
    "ok  future-in-history-of-train",
    "  no example's history holds its own target, or anything",
  ]);
  expect(table).toContain("\nerror  row-in-two-splits\n  한국어로");
});

it("leaves a word that is longer than the line whole, to be copied", () => {
  const path = "/home/somebody/a/very/long/path/to/a/folder";
  expect(formatTable([["folder", path]], { width: 30 })).toContain(path);
});
