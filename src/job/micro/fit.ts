// The training loop: batches from the plan, gradients from the pool, AdamW here; state can be saved and taken up again.

import { rngFor } from "../../base/rng.ts";
import { adamStep, rateAt, type AdamOptions, type AdamState } from "./adamw.ts";
import { batchOf, type BatchPlan } from "./batch.ts";
import { shardCount, type EnginePool } from "./engine-pool.ts";
import { tensorsOf, type Shape } from "./shape.ts";

export type FitOptions = AdamOptions & {
  steps: number;
  /** Peak learning rate. */
  rate: number;
  warmup: number;
  signal: AbortSignal;
  /** Called after every step; `save` is awaited every `saveEvery` steps and on abort. */
  onStep?: (progress: FitProgress) => void;
  save?: (state: AdamState) => Promise<void>;
  saveEvery?: number;
};

export type FitProgress = {
  step: number;
  steps: number;
  loss: number;
  rate: number;
  norm: number;
  tokens: number;
};

/** Initial weights: embeddings and matrices N(0, std²), those that write into the residual stream scaled by 1/√(2·layers). */
export function initialWeights(shape: Shape, seed: number): Float32Array {
  const tensors = tensorsOf(shape);
  const last = tensors.at(-1)!;
  const flat = new Float32Array(last.offset + last.size);
  for (const tensor of tensors) {
    const rng = rngFor(seed, "init", tensor.name);
    const residual = /o_proj|down_proj/.test(tensor.name) ? 1 / Math.sqrt(2 * shape.layers) : 1;
    const std = (tensor.name.includes("embed") ? 0.02 : 1 / Math.sqrt(shape.width)) * residual;
    const end = tensor.offset + tensor.size;
    for (let i = tensor.offset; i < end; i++)
      flat[i] = tensor.shape.length === 1 ? 1 : rng.normal() * std;
  }
  tieAttention(shape, flat);
  return flat;
}

/**
 * Makes each layer's output projection the transpose of its value projection (both near orthogonal), so that attention
 * first hands on what it reads. With tied embeddings, "what was read lately is likely" is then the first guess, and
 * items that go together pull on each other from step one instead of after a long plateau.
 */
function tieAttention(shape: Shape, flat: Float32Array): void {
  const byName = new Map(tensorsOf(shape).map((t) => [t.name, t]));
  const { width } = shape;
  for (let layer = 0; layer < shape.layers; layer++) {
    const v = byName.get(`model.layers.${layer}.self_attn.v_proj.weight`)!.offset;
    const o = byName.get(`model.layers.${layer}.self_attn.o_proj.weight`)!.offset;
    orthonormalise(flat.subarray(v, v + width * width), width);
    for (let i = 0; i < width; i++)
      for (let j = 0; j < width; j++) flat[o + j * width + i] = flat[v + i * width + j]!;
  }
}

/** Gram–Schmidt on the rows of a square matrix, in place. */
function orthonormalise(matrix: Float32Array, width: number): void {
  for (let i = 0; i < width; i++) {
    const row = matrix.subarray(i * width, (i + 1) * width);
    for (let j = 0; j < i; j++) {
      let dot = 0;
      for (let c = 0; c < width; c++) dot += row[c]! * matrix[j * width + c]!;
      for (let c = 0; c < width; c++) row[c] = row[c]! - dot * matrix[j * width + c]!;
    }
    const norm = Math.hypot(...row);
    for (let c = 0; c < width; c++) row[c] = row[c]! / norm;
  }
}

/** A fresh optimiser state for a weight array. */
export function freshState(size: number): AdamState {
  return { step: 0, mean: new Float32Array(size), square: new Float32Array(size) };
}

/**
 * Trains the pool's weights from `state.step` to `options.steps`. On abort it saves and returns `finished: false`;
 * a later call with the saved weights and state goes on to the same final weights.
 */
export async function fitWeights(
  pool: EnginePool,
  plan: BatchPlan,
  state: AdamState,
  options: FitOptions,
): Promise<{ finished: boolean }> {
  const tensors = tensorsOf(pool.shape);
  const gradient = new Float32Array(pool.weights.length);
  const perShard = Math.ceil(plan.batch / shardCount);
  while (state.step < options.steps) {
    const step = state.step;
    const shards = Array.from({ length: shardCount }, (_, s) =>
      batchOf(plan, step, s * perShard, Math.min((s + 1) * perShard, plan.batch)),
    );
    const { loss } = await pool.gradient(shards, gradient);
    if (!Number.isFinite(loss))
      throw new Error(`training diverged at step ${step + 1}: loss is ${loss}`);
    const rate = rateAt(step, options.steps, options.warmup, options.rate);
    const norm = adamStep(pool.weights, gradient, state, tensors, rate, options);
    const tokens = shards.reduce((sum, shard) => sum + shard.tokens.length, 0);
    options.onStep?.({ step: state.step, steps: options.steps, loss, rate, norm, tokens });
    const due = options.saveEvery !== undefined && state.step % options.saveEvery === 0;
    if (options.signal.aborted || due) await options.save?.(state);
    if (options.signal.aborted && state.step < options.steps) return { finished: false };
  }
  return { finished: true };
}
