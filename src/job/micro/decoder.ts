// The decoder's forward pass and loss in array form (jax-js), for training and batched scoring.
// Two departures from the textbook order save most of the work and change no value: embeddings are looked up and their
// gradient is summed outside the array engine, and the last layer computes queries only where an answer is read.

import { nn, numpy as np } from "@jax-js/jax";
import { rotaryTable, tensorsOf, type Shape } from "./shape.ts";

export type Weights = { [name: string]: np.Array };

/** What one pass needs besides the weights. B rows, T tokens a row, P read positions a row. */
export type PassInput = {
  /** [B, T, width] looked-up embeddings. */
  embedded: np.Array;
  /** [B, P, T] one-hot rows that pick the read positions. */
  pick: np.Array;
  /** [B, P, T] 0 where a read position may look, -1e9 elsewhere (causal). */
  readMask: np.Array;
  /** [B, P, headWidth] rotary table at the read positions. */
  readCos: np.Array;
  readSin: np.Array;
};

function rmsNorm(x: np.Array, weight: np.Array, eps: number): np.Array {
  const scale = np.sqrt(np.square(x.ref).mean(-1, { keepdims: true }).add(eps));
  return x.div(scale).mul(weight);
}

/** x[..., in] times a [out, in] matrix. */
function linear(x: np.Array, weight: np.Array): np.Array {
  return np.matmul(x, weight.transpose());
}

/** Rotate-half: (x1, x2) -> (x1 cos - x2 sin, x2 cos + x1 sin). x is [B, H, L, w]; tables broadcast to it. */
function rotate(x: np.Array, cos: np.Array, sin: np.Array): np.Array {
  const [a, b] = np.split(x.ref, 2, -1) as [np.Array, np.Array];
  const turned = np.concatenate([b.neg(), a], -1);
  return x.mul(cos).add(turned.mul(sin));
}

/** The pass as a function of plain arrays, for one shape and one (B, T, P). Returns [B, P, vocab] logits. */
export function makePass(shape: Shape, length: number) {
  const { heads, width } = shape;
  const headWidth = width / heads;
  const table = rotaryTable(shape, length);
  const causal = new Float32Array(length * length);
  for (let i = 0; i < length; i++)
    for (let j = i + 1; j < length; j++) causal[i * length + j] = -1e9;
  const names = tensorsOf(shape).map((t) => t.name);

  const byHead = (x: np.Array, rows: number, tokens: number): np.Array =>
    np.transpose(x.reshape([rows, tokens, heads, headWidth]), [0, 2, 1, 3]);

  return function pass(weights: Weights, input: PassInput): np.Array {
    const [rows] = input.embedded.shape as [number, number, number];
    const reads = input.pick.shape[1]!;
    const use = (name: string): np.Array => weights[name]!.ref;
    const cos = np.array(table.cos).reshape([length, headWidth]);
    const sin = np.array(table.sin).reshape([length, headWidth]);
    const mask = np.array(causal).reshape([length, length]);
    let x = input.embedded;
    for (let layer = 0; layer < shape.layers; layer++) {
      const at = `model.layers.${layer}`;
      const last = layer === shape.layers - 1;
      const normed = rmsNorm(x.ref, use(`${at}.input_layernorm.weight`), shape.normEps);
      const k = rotate(
        byHead(linear(normed.ref, use(`${at}.self_attn.k_proj.weight`)), rows, length),
        cos.ref,
        sin.ref,
      );
      const v = byHead(linear(normed.ref, use(`${at}.self_attn.v_proj.weight`)), rows, length);
      const queryTokens = last ? reads : length;
      const queryFrom = last ? np.matmul(input.pick.ref, normed) : normed;
      if (last) x = np.matmul(input.pick.ref, x);
      const q = rotate(
        byHead(linear(queryFrom, use(`${at}.self_attn.q_proj.weight`)), rows, queryTokens),
        last ? input.readCos.ref.reshape([rows, 1, reads, headWidth]) : cos.ref,
        last ? input.readSin.ref.reshape([rows, 1, reads, headWidth]) : sin.ref,
      );
      const scores = np.matmul(q, np.transpose(k, [0, 1, 3, 2])).mul(1 / Math.sqrt(headWidth));
      const masked = scores.add(
        last ? input.readMask.ref.reshape([rows, 1, reads, length]) : mask.ref,
      );
      const mixed = np.matmul(nn.softmax(masked, -1), v);
      const joined = np.transpose(mixed, [0, 2, 1, 3]).reshape([rows, queryTokens, width]);
      x = x.add(linear(joined, use(`${at}.self_attn.o_proj.weight`)));
      const inner = rmsNorm(x.ref, use(`${at}.post_attention_layernorm.weight`), shape.normEps);
      const gate = nn.silu(linear(inner.ref, use(`${at}.mlp.gate_proj.weight`)));
      const up = linear(inner, use(`${at}.mlp.up_proj.weight`));
      x = x.add(linear(gate.mul(up), use(`${at}.mlp.down_proj.weight`)));
    }
    for (const held of [cos, sin, mask, input.pick, input.readMask, input.readCos, input.readSin])
      held.dispose();
    const final = rmsNorm(x, use("model.norm.weight"), shape.normEps);
    const logits = linear(final, use("model.embed_tokens.weight"));
    for (const name of names) weights[name]!.dispose();
    return logits;
  };
}

/** Weighted cross-entropy sum over read positions: targets [B, P] as one-hot is made inside; weight [B, P]. */
export function crossEntropy(
  logits: np.Array,
  targets: np.Array,
  weight: np.Array,
  vocab: number,
): np.Array {
  const [rows, reads] = weight.shape as [number, number];
  const logProbability = nn.logSoftmax(logits, -1);
  const hot = np.equal(targets.reshape([rows, reads, 1]), np.arange(vocab).reshape([1, 1, vocab]));
  const chosen = np.where(hot, logProbability, 0).sum(-1);
  return chosen.mul(weight).sum().neg();
}
