import { describe, expect, test } from "vitest";
import { csvCell, csvOf, exportCsv } from "../../../../src/eval/report/export-csv.ts";
import { exportJunit, xml } from "../../../../src/eval/report/export-junit.ts";
import { plain, renderMarkdown } from "../../../../src/eval/report/export-markdown.ts";
import { cell, exportRecbole } from "../../../../src/eval/report/export-recbole.ts";
import type { FinishedRun } from "../../../../src/eval/report/export-run.ts";
import { exportTrec, rankedLines, token } from "../../../../src/eval/report/export-trec.ts";
import { makeReport } from "../../../../src/eval/report/report.ts";
import { makeExample, makePrediction, makeTestCatalog, makeTestInput } from "../fixture.ts";

const report = makeReport({
  ...makeTestInput(60, { tuned: 0.6, base: 0.2 }, { tuned: "tuned", base: "base" }),
  B: 200,
});
const primary = [
  ["tuned", "base"],
  ["base", "tuned"],
].map(([system, against]) => ({ metric: "ndcg@10/uni10", system: system!, against: against! }));
const twoVerdicts = makeReport({
  ...makeTestInput(60, { tuned: 0.6, base: 0.2 }, { tuned: "tuned", base: "base" }),
  primary,
  B: 200,
});
const run = (over: Partial<FinishedRun> = {}): FinishedRun => ({
  dir: "runs/films",
  state: {
    value: { gate: { metric: "ndcg@10/uni4", system: "nobody", max: 0 } },
    systems: [{ name: "tuned" }],
    dataset: { name: "films" },
  } as never,
  report: async () => report,
  data: async () => {
    throw new Error("not asked for");
  },
  predictions: async () => [],
  ...over,
});

describe("csv", () => {
  test.each([
    ["=1+1", "'=1+1"],
    ["+a", "'+a"],
    ["-a", "'-a"],
    ["@x", "'@x"],
    [" =x", "' =x"],
    ["\u200b=x", "'\u200b=x"],
    ["＝x", "'＝x"],
    ['a "b", c', '"a ""b"", c"'],
    ["=1\n", `"'=1\n"`],
    ["a-b", "a-b"],
    [-0.5, "-0.5"],
    [null, ""],
    [true, "true"],
  ])("%j becomes %j", (value, expected) => {
    expect(csvCell(value)).toBe(expected);
  });

  test("holds every number of the report", async () => {
    const files = await exportCsv(run());
    expect(Object.keys(files)).toEqual([
      "systems.csv",
      "comparisons.csv",
      "slices.csv",
      "failures.csv",
    ]);
    const [head, ...rows] = files["systems.csv"]!.trimEnd().split("\r\n");
    expect(head).toBe("system,kind,metric,value,low,high,n");
    const count = report.systems.reduce((sum, { metrics }) => sum + Object.keys(metrics).length, 0);
    expect(rows).toHaveLength(count);
    const columns = csvOf([[1, 2]]);
    expect(columns).toBe("1,2\r\n");
  });
});

describe("trec", () => {
  test("scores stand best first; an order alone falls by one", () => {
    const given = makePrediction({ choices: { a: -2, b: -1 } });
    expect(rankedLines({ id: "q/1" }, given, "s")).toEqual(["q/1 Q0 b 1 -1 s", "q/1 Q0 a 2 -2 s"]);
    const order = makePrediction({ items: ["x", "y", "x"] });
    expect(rankedLines({ id: "q" }, order, "s")).toEqual(["q Q0 x 1 2 s", "q Q0 y 2 1 s"]);
    expect(rankedLines({ id: "q" }, makePrediction({ outcome: "malformed" }), "s")).toEqual([]);
  });

  test("ids are one word each, and stay different", () => {
    expect(token("a b\t%20")).toBe("a%20b%09%2520");
  });

  test("every ranking is a query; a system without rankings has no file", async () => {
    const example = makeExample();
    const data = async () => ({ examples: async () => [example] }) as never;
    const none = await exportTrec(run({ data }));
    expect(none).toEqual({ "qrels.txt": "ranking/u1/7 0 i09 1\n" });
    const predictions = async () => [makePrediction({ items: ["i09"] })];
    const files = await exportTrec(run({ data, predictions }));
    expect(files["runs/tuned.run"]).toBe("ranking/u1/7 Q0 i09 1 1 tuned\n");
  });
});

test("recbole: rows in total order, typed heads, cells that keep to their column", async () => {
  const data = async () =>
    ({
      catalog: async () => makeTestCatalog(),
      interactions: async () => ({
        users: ["u\t1"],
        user: Int32Array.of(0, 0),
        item: Int32Array.of(1, 5),
        rating: Float64Array.of(4, NaN),
        time: Float64Array.of(7, 8),
        row: Float64Array.of(0, 1),
        split: Uint8Array.of(0, 1),
      }),
    }) as never;
  const files = await exportRecbole(run({ data }));
  expect(files["films/films.inter"]).toBe(
    "user_id:token\titem_id:token\trating:float\ttimestamp:float\nu%091\ti01\t4\t7\nu%091\ti05\t\t8\n",
  );
  const items = files["films/films.item"]!.trimEnd().split("\n");
  expect(items).toHaveLength(25);
  expect(items[3]).toBe("i02\tFilm i02\t1982\tSci-Fi");
  expect(files["recbole.yaml"]).toContain("order: TO");
  expect(cell("a\r\n\u2028b")).toBe("a%0D%0A%E2%80%A8b");
});

describe("junit", () => {
  test("a gate that is not met is a failure", async () => {
    const { "junit.xml": text } = await exportJunit(run());
    expect(text).toContain('name="gate: ndcg@10/uni4 of nobody ≤ 0"><failure');
    expect(text).toMatch(/<testsuite name="[^"]+" tests="\d+" failures="\d+"/);
  });

  test("says the verdict of each primary comparison", async () => {
    const { "junit.xml": text } = await exportJunit(run({ report: async () => twoVerdicts }));
    const said = text!.match(/<system-out>(.*)<\/system-out>/s)![1]!.split("\n");
    expect(said.map((line) => line.split(":")[0])).toEqual([
      "tuned is better than base",
      "base is worse than tuned",
    ]);
  });

  test("hostile text stays text", () => {
    expect(xml(`<a b="c">&'\u0000\ud800`)).toBe("&#60;a b=&#34;c&#34;&#62;&#38;&#39;\ufffd");
  });
});

describe("markdown", () => {
  test("has the sentence, each system and each number with its interval and n", () => {
    const text = renderMarkdown(report);
    for (const { name } of report.systems) expect(text).toContain(`| ${name} |`);
    expect(text).toMatch(/\d\.\d{4} \[\d\.\d{4}, \d\.\d{4}\], n = \d+/);
  });

  test("says the verdict of each primary comparison", () => {
    const said = renderMarkdown(twoVerdicts).split("\n\n").slice(1, 3);
    expect(said).toEqual([
      expect.stringMatching(/^tuned is better than base: /),
      expect.stringMatching(/^base is worse than tuned: /),
    ]);
  });

  test("hostile text makes no table, link, HTML or mention", () => {
    expect(plain("a|b [x](y) <img> @me\n# *z*")).toBe(
      "a\\|b \\[x\\]\\(y\\) \\<img\\> &#64;me \\# \\*z\\*",
    );
  });
});
