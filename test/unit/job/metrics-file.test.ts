import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openMetrics, readMetrics, tidyMetrics } from "../../../src/job/metrics-file.ts";
import type { Progress } from "../../../src/job/provider/types.ts";
import { scratch } from "./fixture.ts";

const at = (phase: Progress["phase"], step: number, loss = 1): Progress => ({
  phase,
  step,
  steps: 9,
  loss,
  rate: 0.1,
  tokensPerSecond: 10,
});

describe("metrics", () => {
  test("of a run that was killed and taken up again stand once and in order", () => {
    using folder = scratch();
    const first = openMetrics(folder.dir);
    for (const line of [at("base", 1), at("base", 2), at("tune", 1), at("tune", 2), at("tune", 3)])
      first.append(line);
    appendFileSync(join(folder.dir, "metrics.jsonl"), '{"phase":"tune","st');
    const second = openMetrics(folder.dir);
    second.append(at("tune", 2, 0.5));
    second.append(at("tune", 3, 0.4));
    expect(readMetrics(folder.dir).map(({ phase, step, loss }) => [phase, step, loss])).toEqual([
      ["base", 1, 1],
      ["base", 2, 1],
      ["tune", 1, 1],
      ["tune", 2, 0.5],
      ["tune", 3, 0.4],
    ]);
    expect(readFileSync(join(folder.dir, "metrics.jsonl"), "utf8").split("\n")).toHaveLength(6);
  });

  test("that two watchers wrote at once are told once, and tidied at the end", () => {
    using folder = scratch();
    const [one, two] = [openMetrics(folder.dir), openMetrics(folder.dir)];
    for (const step of [1, 2]) for (const watcher of [one, two]) watcher.append(at("tune", step));
    two.append(at("tune", 3));
    one.append(at("tune", 3));
    expect(readMetrics(folder.dir).map(({ step }) => step)).toEqual([1, 2, 3]);
    tidyMetrics(folder.dir);
    const text = readFileSync(join(folder.dir, "metrics.jsonl"), "utf8");
    expect(text.split("\n")).toHaveLength(4);
    tidyMetrics(folder.dir);
    expect(readFileSync(join(folder.dir, "metrics.jsonl"), "utf8")).toBe(text);
  });

  test("of a job without any are empty", () => {
    using folder = scratch();
    expect(readMetrics(folder.dir)).toEqual([]);
  });
});
