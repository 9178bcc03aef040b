import { describe, expect, test } from "vitest";
import { displayWidth } from "../../../../src/base/display-width.ts";
import { renderReport } from "../../../../src/eval/report/page.ts";
import { renderTable } from "../../../../src/eval/report/table.ts";
import { makeReport } from "../../../../src/eval/report/report.ts";
import { kindOfSample } from "../../../../src/eval/score/samples.ts";
import { hostileTitle, makeExample, makePrediction, makeTestInput } from "../fixture.ts";

const kinds = { base: "base", tuned: "tuned", popularity: "trivial", ease: "classic" };
const input = makeTestInput(180, { base: 0.1, tuned: 0.5, popularity: 0.15, ease: 0.6 }, kinds);
const report = makeReport(input);
const metric = "ndcg@10/uni10";

describe("makeReport", () => {
  test("opens with the primary comparison and says it in one sentence", () => {
    expect(report.comparisons[0]).toMatchObject({
      system: "tuned",
      against: "base",
      primary: true,
      verdict: "better",
      n: 180,
    });
    expect(report.sentence).toMatch(
      /^tuned is better than base: ndcg@10\/uni10 \+0\.\d+ \[0\.\d+, 0\.\d+\], n = 180$/,
    );
  });

  test("compares the subject with every other system and every system with base", () => {
    expect(report.comparisons.map((c) => `${c.system}-${c.against}-${c.primary}`)).toEqual([
      "tuned-base-true",
      "tuned-popularity-false",
      "tuned-ease-false",
      "popularity-base-false",
      "ease-base-false",
    ]);
  });

  test("corrects families apart", () => {
    const [primary, ...others] = report.comparisons;
    expect(primary!.pHolm).toBe(primary!.p);
    for (const c of others) expect(c.pHolm).toBeGreaterThanOrEqual(c.p);
    expect(others[0]!.pHolm).toBeGreaterThan(others[0]!.p);
  });

  test("draws a red line for each cheap system that is not beaten, and only those", () => {
    const lines = report.redLines;
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("tuned does not beat ease (classic)");
  });

  test("warns of rankings that were read from text: they are not lists", () => {
    const asText = input.systems.map((system) => {
      if (system.name !== "tuned") return system;
      const [first, ...others] = system.predictions;
      return { ...system, predictions: [{ ...first!, choices: null, items: ["i09"] }, ...others] };
    });
    const warned = makeReport({ ...input, systems: asText }).warnings;
    expect(warned.filter((text) => text.includes("read from text"))).toEqual([
      expect.stringMatching(/^tuned: 1 of 175 rankings were read from text/),
    ]);
    expect(report.warnings.join()).not.toContain("read from text");
  });

  test("gives each metric with n and an interval around it", () => {
    for (const system of report.systems) {
      expect(Object.keys(system.metrics)).toEqual(
        expect.arrayContaining([metric, "hr@1/uni10", "mrr/uni10", "coverage@10/uni10"]),
      );
      for (const { value, low, high, n } of Object.values(system.metrics)) {
        expect(low).toBeLessThan(value);
        expect(high).toBeGreaterThan(value);
        expect(n).toBe(180);
      }
    }
  });

  test("shows slices of at least 50 users and names those left out", () => {
    expect(report.slices.length).toBeGreaterThan(3);
    for (const { comparison } of report.slices) expect(comparison.n).toBeGreaterThanOrEqual(50);
    expect(report.warnings.at(-1)).toMatch(
      /^slices with fewer than 50 users are not shown: item-popularity 0 \(\d+\)/,
    );
  });

  test("sums cost and counts failures of each system", () => {
    expect(report.cost["tuned"]).toMatchObject({
      answers: 180,
      tokensIn: 18000,
      tokensOut: 900,
      latencyMsP50: 12,
    });
    expect(report.failures["tuned"]!["malformed"]).toBeCloseTo(5 / 180, 12);
  });

  test("draws samples of all three kinds, the other system first", () => {
    expect(new Set(report.samples.map(kindOfSample))).toEqual(
      new Set(["fixed", "broke", "both-wrong"]),
    );
    for (const { answers } of report.samples)
      expect(answers.map(({ system }) => system)).toEqual(["base", "tuned"]);
  });

  test("is the same again, and the same whatever the order of prediction lines", () => {
    const shuffled = input.systems.map((system) => ({
      ...system,
      predictions: system.predictions.toReversed(),
    }));
    expect(makeReport({ ...input, systems: shuffled })).toEqual(report);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test("warns of few users and of models that skipped a task", () => {
    const few = makeTestInput(12, { base: 0.1, tuned: 0.5 }, kinds);
    const extra = makeExample({ id: "explanation/u0000/1", task: "explanation", user: "u0000" });
    const { warnings } = makeReport({ ...few, examples: [...few.examples, extra], slices: [] });
    expect(warnings.join("\n")).toContain("only 12 users compare tuned with base");
    expect(warnings.join("\n")).toContain("base answered no explanation example");
  });

  test("says which answers of a model are unusable, and the wording that most of them are of", () => {
    const examples = input.examples.map((example, i) => ({
      ...example,
      wording: `ranking/en/${i % 3 === 0 ? "reason-first" : "shelf"}@1`,
    }));
    const warned = (bad: Record<number, "malformed" | "truncated" | "error">): string[] => {
      const systems = input.systems.map((system) => ({
        ...system,
        predictions: examples.map(({ id }, i) =>
          makePrediction({
            example: id,
            system: system.name,
            outcome: system.name === "base" ? "ok" : (bad[i] ?? "ok"),
          }),
        ),
      }));
      const { warnings } = makeReport({ ...input, examples, systems, B: 20 });
      return warnings.filter((text) => text.includes("180 ranking answers"));
    };
    // Of tuned alone: base has none, and popularity and ease are no models.
    expect(warned({ 0: "malformed", 3: "malformed", 6: "malformed" })).toEqual([
      "tuned: 3 of 180 ranking answers are malformed (all of wording reason-first); they count as misses",
    ]);
    expect(warned({ 0: "truncated", 3: "malformed", 1: "malformed" })).toEqual([
      "tuned: 3 of 180 ranking answers are unusable (1 cut off, 2 malformed; 2 of wording reason-first); they count as misses",
    ]);
    expect(warned({ 0: "malformed", 1: "malformed" })).toHaveLength(1);
    expect(warned({ 0: "malformed", 1: "malformed" })[0]).not.toContain("wording");
    expect(warned({ 0: "malformed", 3: "error", 6: "error" })).toEqual([]);
  });

  test("refuses names that nothing bears", () => {
    const asked = (primary: (typeof input.primary)[number]) => () =>
      makeReport({ ...input, primary: [primary] });
    expect(asked({ metric, system: "tunned", against: "base" })).toThrow("Did you mean tuned?");
    expect(asked({ metric: "ndcg@10/uni20", system: "tuned", against: "base" })).toThrow(
      "has no values of ndcg@10/uni20",
    );
    expect(asked({ metric: "ncdg@10", system: "tuned", against: "base" })).toThrow(
      "Did you mean ndcg?",
    );
  });

  test("reports rmse as a root over users", () => {
    const examples = [1, 2].map((n) =>
      makeExample({
        id: `rating/u${n}/1`,
        user: `u${n}`,
        task: "rating",
        rating: 4,
        candidates: null,
      }),
    );
    const predictions = [3, 1].map((value, i) =>
      makePrediction({ example: examples[i]!.id, value }),
    );
    const system = { name: "base", kind: "base" as const, about: "", predictions };
    const { systems } = makeReport({
      ...input,
      examples,
      systems: [system],
      primary: [],
      slices: [],
      scale: [1, 5],
    });
    expect(systems[0]!.metrics["rmse"]!.value).toBeCloseTo(Math.sqrt(5), 12);
    expect(systems[0]!.metrics["mae"]!.value).toBe(2);
  });
});

describe("renderReport", () => {
  const page = renderReport(report);
  test("keeps hostile titles and answers as text", () => {
    expect(report.samples.some(({ prompt }) => prompt.includes(hostileTitle))).toBe(true);
    expect(page.match(/<script/gi)).toHaveLength(1);
    expect(page).not.toMatch(/<script>alert|<b onmouseover/i);
    expect(page).toContain(
      "&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62; &#38; &#39;Sons&#39;",
    );
    const names = input.systems.map((system) => ({
      ...system,
      name: `<i>${system.name}`,
      about: '"><svg onload=x>',
    }));
    const primary = [{ metric, system: "<i>tuned", against: "<i>base" }];
    expect(renderReport(makeReport({ ...input, systems: names, primary }))).not.toMatch(
      /<i>|<svg onload/,
    );
  });

  test("draws where the truth was shown, and puts cost beside what it buys", () => {
    const [position, popularity] = ["Where the true item was shown", "Popularity of the pick"];
    expect(page.indexOf(position!)).toBeLessThan(page.indexOf(popularity!));
    expect(page.match(/<polyline/g)).toHaveLength(4);
    const cost = page.slice(page.indexOf("Cost and latency"));
    expect(cost).toContain(`Gain in ${metric}`);
    const gap = report.comparisons.find((c) => c.system === "tuned" && c.against === "base")!;
    expect(cost).toContain(`+${gap.delta.toFixed(3)}`);
    expect(cost).toMatch(/12\.0 \/ 12\.0/);
  });

  test("shows what other orders do, and lets them change no table", () => {
    const systems = input.systems.map((system) => {
      if (system.name !== "tuned") return system;
      const others = system.predictions.map((said) => {
        const { candidates } = input.examples.find(({ id }) => id === said.example)!;
        const choices = Object.fromEntries(candidates!.map((id, i) => [id, -i]));
        return { ...said, perm: 1, outcome: "ok" as const, choices, items: candidates! };
      });
      return { ...system, predictions: [...system.predictions, ...others] };
    });
    const { permutations, cost, ...same } = makeReport({ ...input, systems, permutations: 2 });
    const { cost: before, ...plain } = report;
    expect(same).toEqual(plain);
    expect(plain).not.toHaveProperty("permutations");
    expect(cost["tuned"]!.answers).toBe(2 * before["tuned"]!.answers);
    expect(Object.keys(permutations!)).toEqual(["tuned"]);
    expect(permutations!["tuned"]!.metrics[metric]!.value).toBeCloseTo(
      report.systems.find(({ name }) => name === "tuned")!.metrics[metric]!.value,
      12,
    );
    const shown = renderReport({ ...same, cost, permutations: permutations! });
    expect(page).not.toContain("Order of the candidates");
    const section = shown.slice(shown.indexOf("Order of the candidates"));
    expect(section).toContain(`${metric}+borda2`);
    expect(section).toMatch(/3\d\d of 360 answers, n = 180/);
    expect(section).toContain(`>${permutations!["tuned"]!.slope!.value.toFixed(3)}`.slice(1));
    expect(section.match(/<polyline/g)).toHaveLength(1);
    const flat = { value: -0.0001, low: -0.0002, high: 0.0001, n: 180 };
    const level = { tuned: { ...permutations!["tuned"]!, slope: flat } };
    expect(renderReport({ ...same, cost, permutations: level })).not.toContain("-0.000");
    expect(renderReport({ ...same, lang: ["ko"], cost, permutations: permutations! })).toContain(
      "후보 순서",
    );
  });

  test("folds metrics that no table opens with, each with n", () => {
    const folded = page.slice(page.indexOf("All other metrics"));
    const rest = Object.keys(report.systems[0]!.metrics).filter(
      (m) => !report.headline.includes(m),
    );
    expect(rest.length).toBeGreaterThan(5);
    for (const name of rest) expect(folded).toContain(`title="${name}"`);
  });

  test("has everything in its order", () => {
    const parts = [
      "tuned is better than base",
      "does not beat ease",
      "Systems",
      "Comparisons",
      "Where each system stands",
      "Where the difference comes from",
      "How answers go wrong",
      "Cost and latency",
      "Answers to read",
      "Protocol",
      "Warnings",
    ];
    const places = parts.map((part) => page.indexOf(part, page.indexOf("<main>")));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test("speaks the report's language", () => {
    const korean = renderReport({ ...report, lang: ["ko"] });
    expect(korean).toContain('<html lang="ko">');
    expect(korean).toContain("tuned 시스템이 base 시스템보다 낫습니다");
    expect(korean).toContain("고전 시스템인 ease보다");
    expect(korean).not.toContain("does not beat");
  });

  test("says the verdict of each primary comparison in its head", () => {
    const primary = [input.primary[0]!, { metric, system: "tuned", against: "ease" }];
    const two = renderReport(makeReport({ ...input, primary }));
    const head = two.slice(two.indexOf("<main>"), two.indexOf("Systems"));
    expect(head).toMatch(/<h1 class="better">tuned is better than base<\/h1>/);
    expect(head).toMatch(
      /no difference shown between tuned and ease<\/b>: ndcg@10\/uni10 -0\.\d+ \[.*, n = 180/,
    );
    expect(head.match(/class="lead"/g)).toHaveLength(2);
    expect(page.match(/class="lead"/g)).toHaveLength(1);
  });

  test("stands without comparisons, slices or samples", () => {
    const bare = renderReport({
      ...report,
      comparisons: [],
      redLines: [],
      slices: [],
      samples: [],
      warnings: [],
      sentence: "Nothing compared",
    });
    expect(bare).toContain("Nothing compared");
    expect(bare).not.toContain("undefined");
  });
});

describe("renderTable", () => {
  const widest = (table: string): number => Math.max(...table.split("\n").map(displayWidth));
  test("gives a row to a system where it fits, with intervals, else half-widths, else stacks", () => {
    const wide = renderTable(report, 120);
    expect(wide.split("\n")).toHaveLength(2 + report.systems.length);
    expect(wide).toMatch(/tuned .*\[.*\].* 180$/m);
    const middle = renderTable(report, widest(wide) - 1);
    expect(middle).toMatch(/tuned .*±/);
    const narrow = renderTable(report, 44);
    expect(narrow).toContain("tuned, n = 180\n  ndcg@10/uni10");
    expect([widest(middle) < widest(wide), widest(narrow) <= 44]).toEqual([true, true]);
  });

  test("breaks into tables below each other where one is too wide, each with the systems it has", () => {
    const extra = { value: 0.7, low: 0.6, high: 0.8, n: 90 };
    const systems = report.systems.map((system, i) => ({
      ...system,
      metrics: { ...system.metrics, ...(i < 2 && { mae: extra, accuracy: extra, rmse: extra }) },
    }));
    const headline = [...report.headline, "mae", "accuracy", "rmse"];
    const lines = renderTable({ ...report, systems, headline }, 80).split("\n");
    expect(lines.every((line) => displayWidth(line) <= 80)).toBe(true);
    const gap = lines.lastIndexOf("");
    expect(lines.slice(0, gap).some((line) => /^popularity .* 180$/.test(line))).toBe(true);
    expect(lines.slice(gap + 1)).toHaveLength(2 + 2);
    expect(lines.at(-1)).toMatch(/^tuned .* 90$/);
  });

  test("lines up wide characters and drops control characters", () => {
    const renamed = report.systems.map((system) => ({
      ...system,
      name: system.name === "ease" ? "이지\u001b[31m" : system.name,
    }));
    const table = renderTable({ ...report, systems: renamed }, 120);
    expect(table).not.toContain("\u001b");
    expect(new Set(table.split("\n").map(displayWidth)).size).toBe(1);
  });
});
