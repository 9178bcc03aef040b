// AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) on one flat array, with global-norm clipping and the schedule.

import type { Tensor } from "./shape.ts";

export type AdamState = { step: number; mean: Float32Array; square: Float32Array };

export type AdamOptions = {
  beta1: number;
  beta2: number;
  eps: number;
  weightDecay: number;
  clipNorm: number;
};

/** Learning rate at a step (0-based): linear warm-up, then cosine down to a tenth of a percent of the peak. */
export function rateAt(step: number, steps: number, warmup: number, peak: number): number {
  if (step < warmup) return (peak * (step + 1)) / warmup;
  const done = (step - warmup) / Math.max(1, steps - warmup);
  return peak * Math.max(0.001, 0.5 * (1 + Math.cos(Math.PI * done)));
}

/** One step in place on `weights`; returns the norm of the gradient before clipping. */
export function adamStep(
  weights: Float32Array,
  gradient: Float32Array,
  state: AdamState,
  tensors: readonly Tensor[],
  rate: number,
  options: AdamOptions,
): number {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += gradient[i]! * gradient[i]!;
  const norm = Math.sqrt(sum);
  const scale = norm > options.clipNorm ? options.clipNorm / norm : 1;
  state.step++;
  const bias1 = 1 - options.beta1 ** state.step;
  const bias2 = 1 - options.beta2 ** state.step;
  const { mean, square } = state;
  for (const tensor of tensors) {
    const shrink = tensor.decay ? 1 - rate * options.weightDecay : 1;
    for (let i = tensor.offset; i < tensor.offset + tensor.size; i++) {
      const g = gradient[i]! * scale;
      const m = (mean[i] = options.beta1 * mean[i]! + (1 - options.beta1) * g);
      const v = (square[i] = options.beta2 * square[i]! + (1 - options.beta2) * g * g);
      weights[i] =
        weights[i]! * shrink - (rate * (m / bias1)) / (Math.sqrt(v / bias2) + options.eps);
    }
  }
  return norm;
}
