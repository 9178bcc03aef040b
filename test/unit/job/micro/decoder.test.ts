// Two implementations of one decoder must agree, and gradients must be slopes.

import { describe, expect, it } from "vitest";
import { rngFor } from "../../../../src/base/rng.ts";
import { makeSequence, padBatch, promptSequence } from "../../../../src/job/micro/batch.ts";
import { makeEngine } from "../../../../src/job/micro/engine.ts";
import { initialWeights } from "../../../../src/job/micro/fit.ts";
import { logProbability, makeSampler } from "../../../../src/job/micro/sampler.ts";
import { namedShapes, tensorsOf, type Shape } from "../../../../src/job/micro/shape.ts";

const shape: Shape = {
  vocab: 40,
  ...namedShapes.d32,
  context: 32,
  ropeTheta: 10_000,
  normEps: 1e-5,
};
const rng = rngFor(1, "decoder-test");
const weights = initialWeights(shape, 1);
// Weights well away from their symmetric start.
for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! + 0.1 * rng.normal();
const tokens = (n: number): number[] => Array.from({ length: n }, () => rng.int(shape.vocab));

describe("decoder", () => {
  it("in arrays and token by token gives the same logits, whatever the padding", async () => {
    const engine = makeEngine(shape);
    const sampler = makeSampler(shape, weights);
    const prompts = [tokens(3), tokens(9), tokens(16)];
    const batch = padBatch(prompts.map(promptSequence), 32, 2);
    const logits = await engine.logits(weights, batch);
    prompts.forEach((prompt, row) => {
      const plain = sampler.read(sampler.start(), prompt);
      for (let i = 0; i < shape.vocab; i++) {
        expect(logits[row * 2 * shape.vocab + i]).toBeCloseTo(plain[i]!, 3);
      }
    });
  });

  it("has gradients that are slopes, in every tensor", async () => {
    const engine = makeEngine(shape);
    const batch = padBatch(
      [makeSequence(tokens(6), tokens(2)), makeSequence(tokens(4), tokens(3))],
      16,
      4,
    );
    const gradient = new Float32Array(weights.length);
    await engine.gradient(weights, batch, gradient);
    const lossOf = async (): Promise<number> =>
      (await engine.gradient(weights, batch, new Float32Array(weights.length))).loss;
    for (const { name, offset, size } of tensorsOf(shape)) {
      let steepest = offset;
      for (let i = offset; i < offset + size; i++) {
        if (Math.abs(gradient[i]!) > Math.abs(gradient[steepest]!)) steepest = i;
      }
      const held = weights[steepest]!;
      weights[steepest] = held + 5e-3;
      const above = await lossOf();
      weights[steepest] = held - 5e-3;
      const below = await lossOf();
      weights[steepest] = held;
      const slope = (above - below) / 1e-2;
      expect(Math.abs(slope / gradient[steepest]! - 1), name).toBeLessThan(0.02);
    }
  });

  it("weighs a token of weight 0 not at all", async () => {
    const engine = makeEngine(shape);
    const prompt = tokens(6);
    const answer = tokens(1);
    const plain = new Float32Array(weights.length);
    const also = new Float32Array(weights.length);
    const a = await engine.gradient(
      weights,
      padBatch([makeSequence(prompt, answer)], 16, 8),
      plain,
    );
    const learned = makeSequence(prompt, answer, { from: 0, weight: 0 });
    const b = await engine.gradient(weights, padBatch([learned], 16, 8), also);
    expect(b.loss).toBeCloseTo(a.loss, 4);
    expect(b.weight).toBe(2);
    for (let i = 0; i < plain.length; i += 97) expect(also[i]).toBeCloseTo(plain[i]!, 4);
  });
});

describe("logProbability", () => {
  it("sums to one over the vocabulary", () => {
    const logits = Float32Array.from({ length: 40 }, () => 10 * rng.normal());
    let sum = 0;
    for (let i = 0; i < 40; i++) sum += Math.exp(logProbability(logits, i));
    expect(sum).toBeCloseTo(1, 6);
  });
});
