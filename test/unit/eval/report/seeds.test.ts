import { describe, expect, test } from "vitest";
import { exportCsv } from "../../../../src/eval/report/export-csv.ts";
import { renderMarkdown } from "../../../../src/eval/report/export-markdown.ts";
import type { FinishedRun } from "../../../../src/eval/report/export-run.ts";
import { checkGates } from "../../../../src/eval/report/gate.ts";
import { renderReport } from "../../../../src/eval/report/page.ts";
import { makeReport } from "../../../../src/eval/report/report.ts";
import { primarySeedsOf, seedLineOf } from "../../../../src/eval/report/seed-words.ts";
import { compareSystems } from "../../../../src/eval/score/compare.ts";
import { meanOverSeeds } from "../../../../src/eval/score/pool-scores.ts";
import { scoreSystem } from "../../../../src/eval/score/score.ts";
import { makeTestInput } from "../fixture.ts";

const metric = "ndcg@10/uni10";
const input = {
  ...makeTestInput(
    120,
    { base: 0.1, "tuned-seed1": 0.5, "tuned-seed2": 0.4, ease: 0.6 },
    { base: "base", "tuned-seed1": "tuned", "tuned-seed2": "tuned", ease: "classic" },
  ),
  pools: [
    {
      name: "tuned",
      members: [
        { seed: 1, name: "tuned-seed1" },
        { seed: 2, name: "tuned-seed2" },
      ],
    },
  ],
};
const report = makeReport(input);
const lead = report.comparisons[0]!;

describe("a system with training seeds", () => {
  test("is one line before its seeds, the mean of theirs", () => {
    expect(report.systems.map(({ name, kind }) => [name, kind])).toEqual([
      ["tuned", "tuned"],
      ["base", "base"],
      ["tuned-seed1", "tuned"],
      ["tuned-seed2", "tuned"],
      ["ease", "classic"],
    ]);
    const [whole, one, two] = [0, 2, 3].map((i) => report.systems[i]!.metrics[metric]!.value);
    expect(whole).toBeCloseTo((one! + two!) / 2, 12);
    expect(report.systems[0]!.about).toBe("mean over training seeds 1, 2");
  });

  test("is compared by each user's mean over the seeds, with every seed's own delta", () => {
    expect(lead).toMatchObject({ system: "tuned", against: "base", primary: true, n: 120 });
    const { seeds, seedSd } = lead;
    expect(seeds!.map(({ seed }) => seed)).toEqual([1, 2]);
    const [a, b] = seeds!.map(({ delta }) => delta);
    expect(lead.delta).toBeCloseTo((a! + b!) / 2, 12);
    expect(seedSd).toBeCloseTo(Math.abs(a! - b!) / Math.SQRT2, 12);
    const valuesOf = (name: string) => {
      const { predictions } = input.systems.find((s) => s.name === name)!;
      return scoreSystem({ ...input, metrics: [], predictions }).perUser[metric]!;
    };
    const pooled = meanOverSeeds([valuesOf("tuned-seed1"), valuesOf("tuned-seed2")]);
    const options = { system: "tuned", against: "base", seed: 1, B: 500 };
    const { low, high, p } = compareSystems(pooled, valuesOf("base"), metric, options);
    expect(lead).toMatchObject({ low, high, p });
    expect(seeds![0]).toMatchObject(
      (({ low: l, high: h }) => ({ low: l, high: h }))(
        compareSystems(valuesOf("tuned-seed1"), valuesOf("base"), metric, options),
      ),
    );
  });

  test("is compared in place of its seeds, which are draws of it", () => {
    const pairs = report.comparisons.map((c) => `${c.system} ${c.against}`);
    expect(pairs).toEqual(["tuned base", "tuned ease", "ease base"]);
  });

  test("fails as often as its seeds do, costs nothing of its own, and shows answers of the first", () => {
    const { failures, cost, samples } = report;
    const rates = ["tuned-seed1", "tuned-seed2"].map((name) => failures[name]!["malformed"]!);
    expect(failures["tuned"]!["malformed"]).toBeCloseTo((rates[0]! + rates[1]!) / 2, 14);
    expect(Object.keys(cost)).not.toContain("tuned");
    expect(samples[0]!.answers.map(({ system }) => system)).toEqual(["base", "tuned-seed1"]);
  });

  test("is gated by the pooled interval", () => {
    const gate = (minLow: number) =>
      checkGates(report, { metric, system: "tuned", against: "base", minLow })[0]!.isMet;
    expect(gate(lead.low)).toBe(true);
    expect(gate(lead.low + 1e-9)).toBe(false);
    const held = checkGates(report, { failure: "malformed", system: "tuned", max: 0.5 });
    expect(held[0]!.isMet).toBe(true);
  });

  test("against one with the same seeds is paired seed by seed", () => {
    const both = makeReport({
      ...input,
      systems: [
        ...input.systems,
        ...["base-seed1", "base-seed2"].map((name, i) => ({
          ...input.systems[i === 0 ? 0 : 1]!,
          name,
          kind: "model" as const,
        })),
      ],
      pools: [
        ...input.pools,
        { name: "bases", members: [1, 2].map((seed) => ({ seed, name: `base-seed${seed}` })) },
      ],
      primary: [{ metric, system: "tuned", against: "bases" }],
    });
    const value = (name: string) =>
      both.systems.find((s) => s.name === name)!.metrics[metric]!.value;
    for (const { seed, delta } of both.comparisons[0]!.seeds!)
      expect(delta).toBeCloseTo(value(`tuned-seed${seed}`) - value(`base-seed${seed}`), 12);
  });
});

describe("its numbers", () => {
  test("stand in the sentence, a line, the page, Markdown and CSV", async () => {
    expect(report.sentence).toMatch(
      /^tuned is better than base: .*, n = 120; training seeds 1, 2: [.\d]+, [.\d]+ \(SD [.\d]+\)$/,
    );
    const line = seedLineOf(primarySeedsOf(report.comparisons)[0]!);
    expect(line).toMatch(
      /^tuned − base on ndcg@10\/uni10 by training seed: 1 \+0\.\d+ \[.*\], 2 \+0\.\d+ \[.*\]; mean \+0\.\d{3}, SD 0\.\d{3}$/,
    );
    expect(renderReport(report)).toContain("<h2>Training seeds</h2>");
    expect(renderReport({ ...report, lang: ["ko"] })).toContain("<h2>학습 시드</h2>");
    expect(renderMarkdown(report)).toContain("## Training seeds");
    const run = { report: async () => report } as unknown as FinishedRun;
    const csv = (await exportCsv(run))["seeds.csv"]! as string;
    expect(csv.split("\r\n")[0]).toBe("system,against,metric,seed,delta,low,high");
    expect(csv.split("\r\n")[2]).toBe(
      ["tuned", "base", metric, ...Object.values(lead.seeds![1]!)].join(),
    );
  });

  test("leave reports without seeds as they were", async () => {
    const none = makeReport(makeTestInput(60, { base: 0.1, tuned: 0.5 }, { base: "base" }));
    expect(none.comparisons[0]).not.toHaveProperty("seeds");
    expect(none.sentence).toMatch(/n = 60$/);
    expect(renderReport(none)).not.toContain("Training seeds");
    const run = { report: async () => none } as unknown as FinishedRun;
    expect(Object.keys(await exportCsv(run))).not.toContain("seeds.csv");
  });
});
