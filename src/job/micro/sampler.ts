// The decoder in plain TypeScript, one token at a time with cached keys and values: for writing text and for choices
// of several tokens. Needs no array engine.

import { rotaryTable, tensorsOf, type Shape } from "./shape.ts";

/** Keys and values of the tokens read so far, per layer: context × width. */
export type Cache = { length: number; keys: Float32Array[]; values: Float32Array[] };

export type Sampler = {
  start(): Cache;
  /** Reads one token; returns the logits of the next (a buffer that the next call overwrites). */
  step(cache: Cache, token: number): Float32Array;
  /** Reads tokens; returns the logits after the last. */
  read(cache: Cache, tokens: ArrayLike<number>): Float32Array;
  /** A copy that can go its own way. */
  fork(cache: Cache): Cache;
};

export function makeSampler(shape: Shape, flat: Float32Array): Sampler {
  const { width, heads, inner, context } = shape;
  const headWidth = width / heads;
  const half = headWidth / 2;
  const scale = 1 / Math.sqrt(headWidth);
  const table = rotaryTable(shape);
  const named = new Map(
    tensorsOf(shape).map((t) => [t.name, flat.subarray(t.offset, t.offset + t.size)]),
  );
  const tensor = (name: string): Float32Array => named.get(name)!;
  const layers = Array.from({ length: shape.layers }, (_, i) => ({
    norm1: tensor(`model.layers.${i}.input_layernorm.weight`),
    q: tensor(`model.layers.${i}.self_attn.q_proj.weight`),
    k: tensor(`model.layers.${i}.self_attn.k_proj.weight`),
    v: tensor(`model.layers.${i}.self_attn.v_proj.weight`),
    o: tensor(`model.layers.${i}.self_attn.o_proj.weight`),
    norm2: tensor(`model.layers.${i}.post_attention_layernorm.weight`),
    gate: tensor(`model.layers.${i}.mlp.gate_proj.weight`),
    up: tensor(`model.layers.${i}.mlp.up_proj.weight`),
    down: tensor(`model.layers.${i}.mlp.down_proj.weight`),
  }));
  const embedding = tensor("model.embed_tokens.weight");
  const finalNorm = tensor("model.norm.weight");
  const x = new Float32Array(width);
  const normed = new Float32Array(width);
  const q = new Float32Array(width);
  const mixed = new Float32Array(width);
  const gate = new Float32Array(inner);
  const up = new Float32Array(inner);
  const scores = new Float32Array(context);
  const logits = new Float32Array(shape.vocab);

  const norm = (weight: Float32Array): void => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += x[i]! * x[i]!;
    const by = 1 / Math.sqrt(sum / width + shape.normEps);
    for (let i = 0; i < width; i++) normed[i] = x[i]! * by * weight[i]!;
  };
  const rotate = (row: Float32Array, position: number): void => {
    const at = position * headWidth;
    for (let h = 0; h < width; h += headWidth) {
      for (let i = 0; i < half; i++) {
        const a = row[h + i]!;
        const b = row[h + half + i]!;
        row[h + i] = a * table.cos[at + i]! - b * table.sin[at + i]!;
        row[h + half + i] = b * table.cos[at + half + i]! + a * table.sin[at + half + i]!;
      }
    }
  };
  const attend = (keys: Float32Array, values: Float32Array, length: number): void => {
    mixed.fill(0);
    for (let h = 0; h < width; h += headWidth) {
      let most = -Infinity;
      for (let t = 0; t < length; t++) {
        let dot = 0;
        for (let i = h; i < h + headWidth; i++) dot += q[i]! * keys[t * width + i]!;
        scores[t] = dot * scale;
        if (scores[t]! > most) most = scores[t]!;
      }
      let total = 0;
      for (let t = 0; t < length; t++) total += scores[t] = Math.exp(scores[t]! - most);
      for (let t = 0; t < length; t++) {
        const share = scores[t]! / total;
        for (let i = h; i < h + headWidth; i++)
          mixed[i] = mixed[i]! + share * values[t * width + i]!;
      }
    }
  };
  const advance = (cache: Cache, token: number): void => {
    if (cache.length >= context)
      throw new RangeError(`the micro model reads at most ${context} tokens`);
    const position = cache.length++;
    x.set(embedding.subarray(token * width, (token + 1) * width));
    layers.forEach((layer, i) => {
      const key = cache.keys[i]!.subarray(position * width, (position + 1) * width);
      const value = cache.values[i]!.subarray(position * width, (position + 1) * width);
      norm(layer.norm1);
      multiply(layer.q, normed, q);
      multiply(layer.k, normed, key);
      multiply(layer.v, normed, value);
      rotate(q, position);
      rotate(key, position);
      attend(cache.keys[i]!, cache.values[i]!, position + 1);
      multiply(layer.o, mixed, normed);
      for (let c = 0; c < width; c++) x[c] = x[c]! + normed[c]!;
      norm(layer.norm2);
      multiply(layer.gate, normed, gate);
      multiply(layer.up, normed, up);
      for (let c = 0; c < inner; c++) gate[c] = (gate[c]! / (1 + Math.exp(-gate[c]!))) * up[c]!;
      multiply(layer.down, gate, normed);
      for (let c = 0; c < width; c++) x[c] = x[c]! + normed[c]!;
    });
    norm(finalNorm);
  };
  const readOut = (): Float32Array => {
    multiply(embedding, normed, logits);
    return logits;
  };
  return {
    start: () => ({
      length: 0,
      keys: layers.map(() => new Float32Array(context * width)),
      values: layers.map(() => new Float32Array(context * width)),
    }),
    step(cache, token) {
      advance(cache, token);
      return readOut();
    },
    read(cache, tokens) {
      for (let i = 0; i < tokens.length; i++) advance(cache, tokens[i]!);
      return readOut();
    },
    fork: (cache) => ({
      length: cache.length,
      keys: cache.keys.map((k) => k.slice()),
      values: cache.values.map((v) => v.slice()),
    }),
  };
}

/** out = matrix · vector, the matrix row-major [out, in]. */
function multiply(matrix: Float32Array, vector: Float32Array, out: Float32Array): void {
  const size = vector.length;
  for (let row = 0, at = 0; row < out.length; row++, at += size) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += matrix[at + i]! * vector[i]!;
    out[row] = sum;
  }
}

/** Natural-log probability of one token under logits. */
export function logProbability(logits: Float32Array, token: number): number {
  let most = -Infinity;
  for (let i = 0; i < logits.length; i++) if (logits[i]! > most) most = logits[i]!;
  let total = 0;
  for (let i = 0; i < logits.length; i++) total += Math.exp(logits[i]! - most);
  return logits[token]! - most - Math.log(total);
}
