// Sequences, buckets and the batch plan.

import { describe, expect, it } from "vitest";
import { batchOf, makeSequence, padBatch, planBatches } from "../../../../src/job/micro/batch.ts";
import { endId } from "../../../../src/job/micro/tokenizer.ts";

describe("makeSequence", () => {
  it("learns the answer and the end mark", () => {
    const { tokens, learned, weight } = makeSequence([10, 11, 12], [20, 21]);
    expect([...tokens]).toEqual([10, 11, 12, 20, 21, endId]);
    expect([...learned]).toEqual([3, 4, 5]);
    expect([...weight]).toEqual([1, 1, 1]);
  });

  it("also learns named prompt tokens at their weight, never the first", () => {
    const { learned, weight } = makeSequence([90, 5, 91, 6], [92], { from: 90, weight: 0.25 });
    expect([...learned]).toEqual([2, 4, 5]);
    expect([...weight]).toEqual([0.25, 1, 1]);
  });
});

describe("padBatch", () => {
  it("reads before each learned token and gives padding no weight", () => {
    const batch = padBatch([makeSequence([10, 11], [20]), makeSequence([10], [21])], 8, 4);
    expect([...batch.readAt.subarray(0, 2)]).toEqual([1, 2]);
    expect([...batch.target.subarray(4, 6)]).toEqual([21, endId]);
    expect([...batch.weight]).toEqual([1, 1, 0, 0, 1, 1, 0, 0]);
    // The end mark is only ever a target.
    expect([...batch.tokens.subarray(0, 4)]).toEqual([10, 11, 20, 0]);
  });
});

describe("planBatches", () => {
  const groups = [
    {
      name: "short",
      share: 1,
      sequences: Array.from({ length: 40 }, (_, i) => makeSequence([5, 6], [100 + i])),
    },
    {
      name: "long",
      share: 3,
      sequences: Array.from({ length: 40 }, (_, i) => makeSequence(Array(40).fill(7), [200 + i])),
    },
  ];
  const options = { steps: 400, batch: 8, seed: 3, purpose: "test" };

  it("is the same for the same seed and another for another", () => {
    const a = planBatches(groups, options);
    expect(planBatches(groups, options).pickOf).toEqual(a.pickOf);
    expect(planBatches(groups, { ...options, seed: 4 }).pickOf).not.toEqual(a.pickOf);
  });

  it("draws groups by their share and every sequence before any twice", () => {
    const plan = planBatches(groups, options);
    const long = plan.bucketOf.filter((b) => plan.buckets[b]!.length > 16).length;
    expect(long / 400).toBeGreaterThan(0.68);
    expect(long / 400).toBeLessThan(0.82);
    const seen: number[] = [];
    for (let step = 0; seen.length < 40; step++) {
      if (plan.buckets[plan.bucketOf[step]!]!.length > 16) continue;
      const { target, reads } = batchOf(plan, step, 0, 8);
      for (let row = 0; row < 8; row++) seen.push(target[row * reads]!);
    }
    expect(new Set(seen).size).toBe(40);
  });

  it("gives the shards of a step in order", () => {
    const plan = planBatches(groups, options);
    const whole = batchOf(plan, 5, 0, 8);
    const parts = [batchOf(plan, 5, 0, 4), batchOf(plan, 5, 4, 8)];
    expect([...parts[0]!.tokens, ...parts[1]!.tokens]).toEqual([...whole.tokens]);
  });
});
