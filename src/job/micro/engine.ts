// One array engine: gradients and logits of a batch from flat weights. Lives in a worker thread (engine-worker.ts).

import { jit, numpy as np, valueAndGrad } from "@jax-js/jax";
import type { Batch } from "./batch.ts";
import { crossEntropy, makePass, type PassInput, type Weights } from "./decoder.ts";
import { rotaryTable, tensorsOf, type Shape, type Tensor } from "./shape.ts";

type Reads = Omit<PassInput, "embedded">;
type LossRest = { reads: Reads; target: np.Array; weight: np.Array };
type GradientFunction = (
  learned: { weights: Weights; embedded: np.Array },
  rest: LossRest,
) => [np.Array, { weights: Weights; embedded: np.Array }];
type LogitFunction = (weights: Weights, input: PassInput) => np.Array;

export type Engine = {
  /** Writes the gradient of the summed loss into `gradient` (flat, zeroed first); returns loss sum and weight sum. */
  gradient(
    weights: Float32Array,
    batch: Batch,
    gradient: Float32Array,
  ): Promise<{ loss: number; weight: number }>;
  /** Logits rows × reads × vocab. */
  logits(weights: Float32Array, batch: Batch): Promise<Float32Array>;
};

export function makeEngine(shape: Shape): Engine {
  const tensors = tensorsOf(shape);
  const embedding = tensors[0]!;
  const gradients = new Map<string, GradientFunction>();
  const forwards = new Map<string, LogitFunction>();

  const compiled = <F>(cache: Map<string, F>, batch: Batch, make: () => F): F => {
    const key = `${batch.rows}/${batch.length}/${batch.reads}`;
    let held = cache.get(key);
    if (!held) cache.set(key, (held = make()));
    return held;
  };
  return {
    async gradient(flat, batch, gradient) {
      const run = compiled(gradients, batch, () => {
        const pass = makePass(shape, batch.length);
        const loss = (
          learned: { weights: Weights; embedded: np.Array },
          rest: LossRest,
        ): np.Array =>
          crossEntropy(
            pass(learned.weights, { embedded: learned.embedded, ...rest.reads }),
            rest.target,
            rest.weight,
            shape.vocab,
          );
        return jit(valueAndGrad(loss)) as unknown as GradientFunction;
      });
      const [loss, slopes] = run(
        { weights: toArrays(tensors, flat), embedded: lookUp(shape, flat, batch) },
        {
          reads: readsOf(shape, batch),
          target: np.array(batch.target).reshape([batch.rows, batch.reads]),
          weight: np.array(batch.weight).reshape([batch.rows, batch.reads]),
        },
      );
      for (const tensor of tensors) {
        gradient.set((await slopes.weights[tensor.name]!.data()) as Float32Array, tensor.offset);
      }
      const perToken = (await slopes.embedded.data()) as Float32Array;
      const { width } = shape;
      for (let i = 0; i < batch.tokens.length; i++) {
        const to = embedding.offset + batch.tokens[i]! * width;
        for (let c = 0; c < width; c++)
          gradient[to + c] = gradient[to + c]! + perToken[i * width + c]!;
      }
      const [value] = (await loss.data()) as Float32Array;
      return { loss: value!, weight: batch.weight.reduce((a, b) => a + b, 0) };
    },
    async logits(flat, batch) {
      const run = compiled(
        forwards,
        batch,
        () => jit(makePass(shape, batch.length)) as unknown as LogitFunction,
      );
      const out = run(toArrays(tensors, flat), {
        embedded: lookUp(shape, flat, batch),
        ...readsOf(shape, batch),
      });
      return (await out.data()) as Float32Array;
    },
  };
}

function toArrays(tensors: readonly Tensor[], flat: Float32Array): Weights {
  const weights: Weights = {};
  for (const { name, shape, offset, size } of tensors) {
    weights[name] = np.array(flat.slice(offset, offset + size)).reshape(shape);
  }
  return weights;
}

function lookUp(shape: Shape, flat: Float32Array, batch: Batch): np.Array {
  const { width } = shape;
  const out = new Float32Array(batch.tokens.length * width);
  batch.tokens.forEach((token, i) =>
    out.set(flat.subarray(token * width, (token + 1) * width), i * width),
  );
  return np.array(out).reshape([batch.rows, batch.length, width]);
}

function readsOf(shape: Shape, batch: Batch): Reads {
  const { rows, length, reads } = batch;
  const headWidth = shape.width / shape.heads;
  const table = rotaryTable(shape, length);
  const pick = new Float32Array(rows * reads * length);
  const mask = new Float32Array(rows * reads * length).fill(-1e9);
  const cos = new Float32Array(rows * reads * headWidth);
  const sin = new Float32Array(rows * reads * headWidth);
  batch.readAt.forEach((position, i) => {
    pick[i * length + position] = 1;
    mask.fill(0, i * length, i * length + position + 1);
    cos.set(table.cos.subarray(position * headWidth, (position + 1) * headWidth), i * headWidth);
    sin.set(table.sin.subarray(position * headWidth, (position + 1) * headWidth), i * headWidth);
  });
  return {
    pick: np.array(pick).reshape([rows, reads, length]),
    readMask: np.array(mask).reshape([rows, reads, length]),
    readCos: np.array(cos).reshape([rows, reads, headWidth]),
    readSin: np.array(sin).reshape([rows, reads, headWidth]),
  };
}
