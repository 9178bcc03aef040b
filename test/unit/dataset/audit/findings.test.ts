import { describe, expect, it } from "vitest";
import { findings } from "../../../../src/dataset/audit/index.ts";
import { startAudit } from "../../../../src/dataset/audit/run-audit.ts";
import type { AuditOptions, FindingResult, Seen } from "../../../../src/dataset/audit/types.ts";
import type { Example } from "../../../../src/dataset/task/types.ts";
import { exampleOf } from "../small-log.ts";

const seen = (overrides: Partial<Example> = {}, rest: Partial<Seen> = {}): Seen => ({
  example: exampleOf(overrides),
  split: "train",
  ...rest,
});

function audit(
  name: keyof typeof findings,
  stream: Seen[],
  repeats: AuditOptions["repeats"] = "drop-target",
): FindingResult {
  const run = startAudit({ repeats });
  for (const one of stream) run.see(one);
  return run.result()[name]!;
}

describe("target-in-history", () => {
  it("finds a target that its history shows", () => {
    const bad = seen({ id: "a", history: ["joker", "tenet"] });
    expect(audit("target-in-history", [bad, seen()])).toMatchObject({
      severity: "error",
      count: 1,
      examples: ["a"],
      value: 0.5,
    });
    expect(audit("target-in-history", [bad], "keep")).toMatchObject({ severity: "note", count: 1 });
    expect(audit("target-in-history", [seen()])).toMatchObject({ severity: null, count: 0 });
  });
});

describe("future-in-history", () => {
  it("finds rows later than the target; the same second is not later", () => {
    const late = seen({ id: "a", time: 10 }, { historyTimes: [9, 11] });
    const tied = seen({ id: "b", time: 10 }, { historyTimes: Float64Array.of(9, 10) });
    expect(audit("future-in-history", [late, tied])).toMatchObject({
      severity: "error",
      count: 1,
      examples: ["a"],
      value: 0.5,
    });
  });

  it("does not judge without times", () => {
    const stream = [seen(), seen({ time: null }, { historyTimes: [1] })];
    expect(audit("future-in-history", stream)).toMatchObject({
      severity: null,
      value: null,
      message: "no times to judge by",
    });
  });
});

describe("truth-position", () => {
  const list = (at: number, n: number): Partial<Example> => ({
    candidates: Array.from({ length: n }, (_, i) => (i === at ? "tenet" : `i${i}`)),
  });

  it("finds a truth that is missing", () => {
    const stream = [seen({ id: "a", candidates: ["x", "y"] }), seen(list(0, 2))];
    expect(audit("truth-position", stream)).toMatchObject({
      severity: "error",
      count: 1,
      examples: ["a"],
    });
  });

  it("finds a truth that always comes first, once there is enough to judge by", () => {
    const first = Array.from({ length: 200 }, () => seen(list(0, 20)));
    expect(audit("truth-position", first)).toMatchObject({
      severity: "error",
      count: 200,
      value: 20,
    });
    expect(audit("truth-position", first.slice(1))).toMatchObject({ severity: null });
    const spread = Array.from({ length: 200 }, (_, i) => seen(list(i % 20, 20)));
    expect(audit("truth-position", spread)).toMatchObject({ severity: null, value: 1 });
  });

  it("judges lists of different lengths apart", () => {
    const stream = Array.from({ length: 400 }, (_, i) =>
      seen(i % 2 ? list(0, 2) : list(i % 20, 20)),
    );
    expect(audit("truth-position", stream)).toMatchObject({
      severity: "error",
      value: 2,
      message:
        "most frequent place of the truth: 1 of 2, 200 of 200 lists (2.00 times its fair share)",
    });
  });

  it("finds a place that is favoured, in lists of few too, and none that chance explains", () => {
    const lists = (first: number, n: number) =>
      Array.from({ length: 600 }, (_, i) => seen(list(i < first ? 0 : i % n, n)));
    expect(audit("truth-position", lists(200, 3))).toMatchObject({ severity: "warning" });
    expect(audit("truth-position", lists(200, 2))).toMatchObject({ severity: "warning" });
    expect(audit("truth-position", lists(40, 3))).toMatchObject({ severity: null, count: 0 });
  });

  it("is silent without candidates", () => {
    expect(audit("truth-position", [seen()])).toMatchObject({
      severity: null,
      message: "no candidate lists",
    });
  });
});

describe("duplicates", () => {
  it("finds the same text within and across splits", () => {
    const stream = [
      seen({ id: "a" }),
      seen({ id: "b", user: "u2" }),
      seen({ id: "c" }, { split: "test" }),
      seen({ id: "d", completion: [{ role: "assistant", content: "other" }] }),
    ];
    const result = audit("duplicates", stream);
    expect(result).toMatchObject({
      severity: "warning",
      count: 2,
      examples: ["b", "c"],
      value: 0.5,
    });
    expect(result.message).toContain("1 texts stand in more than one split");
  });

  it("does not take two prompts with the same joined text for one", () => {
    const split = seen({
      prompt: [
        { role: "user", content: "a" },
        { role: "user", content: "b" },
      ],
    });
    const joined = seen({ prompt: [{ role: "user", content: "a\nb" }] });
    expect(audit("duplicates", [split, joined])).toMatchObject({ severity: null, count: 0 });
  });
});

describe("answer-in-prompt", () => {
  const prompt = (content: string): Partial<Example> => ({ prompt: [{ role: "user", content }] });

  it("finds the title of the next item", () => {
    const stream = [seen({ id: "a", ...prompt("Tenet (2020) 5\nNext:") }), seen()];
    expect(audit("answer-in-prompt", stream)).toMatchObject({
      severity: "warning",
      count: 1,
      examples: ["a"],
    });
  });

  it("does not take a part of a longer word for the title", () => {
    const completion = [{ role: "assistant" as const, content: "Up" }];
    expect(
      audit("answer-in-prompt", [seen({ ...prompt("Upgrade 5\nNext:"), completion })]),
    ).toMatchObject({ count: 0 });
    expect(
      audit("answer-in-prompt", [seen({ ...prompt("Upgrade 5\nUp 3"), completion })]),
    ).toMatchObject({ count: 1 });
  });

  it("finds an explanation word for word: an error, whatever repeats are kept", () => {
    const completion = [{ role: "assistant" as const, content: "The tension held me." }];
    const bad = seen({
      task: "explanation",
      completion,
      ...prompt("Review: The tension held me. Why?"),
    });
    expect(audit("answer-in-prompt", [bad], "keep")).toMatchObject({ severity: "error", count: 1 });
  });

  it("leaves rating and ranking alone", () => {
    const completion = [{ role: "assistant" as const, content: "5" }];
    const stream = [
      seen({ task: "rating", completion }),
      seen({ task: "ranking", ...prompt("Tenet (2020)") }),
    ];
    expect(audit("answer-in-prompt", stream)).toMatchObject({
      severity: null,
      count: 0,
      value: null,
    });
  });
});
