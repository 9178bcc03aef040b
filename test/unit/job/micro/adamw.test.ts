// AdamW's first step and the schedule, against the formulas worked by hand.

import { describe, expect, it } from "vitest";
import { adamStep, rateAt } from "../../../../src/job/micro/adamw.ts";
import { freshState } from "../../../../src/job/micro/fit.ts";

const tensors = [
  { name: "a", shape: [2], offset: 0, size: 2, decay: true },
  { name: "b", shape: [1], offset: 2, size: 1, decay: false },
];
const options = { beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.1, clipNorm: 1 };

describe("adamStep", () => {
  it("moves each weight by the rate on the first step, and decays only where told", () => {
    const weights = Float32Array.of(1, -1, 2);
    const norm = adamStep(
      weights,
      Float32Array.of(0.3, -0.4, 0),
      freshState(3),
      tensors,
      0.01,
      options,
    );
    expect(norm).toBeCloseTo(0.5, 6);
    expect(weights[0]).toBeCloseTo(1 * 0.999 - 0.01, 6);
    expect(weights[1]).toBeCloseTo(-1 * 0.999 + 0.01, 6);
    expect(weights[2]).toBe(2);
  });

  it("clips by the norm of all gradients together", () => {
    const state = freshState(3);
    adamStep(Float32Array.of(0, 0, 0), Float32Array.of(30, 40, 0), state, tensors, 0.01, options);
    expect(state.mean[0]).toBeCloseTo(0.1 * 0.6, 6);
    expect(state.mean[1]).toBeCloseTo(0.1 * 0.8, 6);
  });

  it("finds the lowest point of a bowl", () => {
    const weights = Float32Array.of(3, -2, 5);
    const state = freshState(3);
    for (let step = 0; step < 500; step++) {
      adamStep(weights, weights.slice(), state, tensors, 0.05, { ...options, weightDecay: 0 });
    }
    for (const w of weights) expect(Math.abs(w)).toBeLessThan(0.05);
  });
});

describe("rateAt", () => {
  it("climbs to the peak, then falls without a jump", () => {
    expect(rateAt(0, 100, 10, 1)).toBeCloseTo(0.1);
    expect(rateAt(9, 100, 10, 1)).toBeCloseTo(1);
    for (let step = 10; step < 99; step++) {
      expect(rateAt(step + 1, 100, 10, 1)).toBeLessThan(rateAt(step, 100, 10, 1));
    }
    expect(rateAt(99, 100, 10, 1)).toBeLessThan(0.01);
  });
});
