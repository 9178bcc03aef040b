// Shape of a micro model: a Llama-shaped decoder (RMSNorm, rotary positions, SwiGLU, tied embeddings, no biases),
// after Touvron et al. 2023, arXiv:2302.13971. Parameters live in one flat Float32Array, named as LlamaForCausalLM.

/** Sizes of a decoder; widths in floats. */
export type Shape = {
  vocab: number;
  width: number;
  layers: number;
  heads: number;
  /** Width inside the feed-forward block. */
  inner: number;
  /** Longest sequence in tokens. */
  context: number;
  ropeTheta: number;
  normEps: number;
};

/** A named tensor inside the flat parameter array; row-major, [out, in] for matrices as in PyTorch's Linear. */
export type Tensor = {
  name: string;
  shape: number[];
  offset: number;
  size: number;
  decay: boolean;
};

/** Sizes by model name, e.g. the `d64` of `micro:d64`. */
export const namedShapes = {
  d32: { width: 32, layers: 2, heads: 2, inner: 96 },
  d64: { width: 64, layers: 2, heads: 2, inner: 160 },
  d96: { width: 96, layers: 2, heads: 3, inner: 256 },
  d128: { width: 128, layers: 4, heads: 4, inner: 352 },
} as const;
export type ShapeName = keyof typeof namedShapes;

/** The layout of all parameters of a shape, in file order. */
export function tensorsOf(shape: Shape): Tensor[] {
  const tensors: Tensor[] = [];
  let offset = 0;
  const add = (name: string, dims: number[], decay: boolean): void => {
    const size = dims.reduce((a, b) => a * b, 1);
    tensors.push({ name, shape: dims, offset, size, decay });
    offset += size;
  };
  const { width, inner } = shape;
  add("model.embed_tokens.weight", [shape.vocab, width], false);
  for (let layer = 0; layer < shape.layers; layer++) {
    const at = `model.layers.${layer}`;
    add(`${at}.input_layernorm.weight`, [width], false);
    add(`${at}.self_attn.q_proj.weight`, [width, width], true);
    add(`${at}.self_attn.k_proj.weight`, [width, width], true);
    add(`${at}.self_attn.v_proj.weight`, [width, width], true);
    add(`${at}.self_attn.o_proj.weight`, [width, width], true);
    add(`${at}.post_attention_layernorm.weight`, [width], false);
    add(`${at}.mlp.gate_proj.weight`, [inner, width], true);
    add(`${at}.mlp.up_proj.weight`, [inner, width], true);
    add(`${at}.mlp.down_proj.weight`, [width, inner], true);
  }
  add("model.norm.weight", [width], false);
  return tensors;
}

/** Number of floats in a shape. */
export function parameterCount(shape: Shape): number {
  const last = tensorsOf(shape).at(-1)!;
  return last.offset + last.size;
}

/** Cosines and sines of the rotary positions: two arrays of context × headWidth, rotate-half layout as in Llama. */
export function rotaryTable(
  shape: Shape,
  length = shape.context,
): { cos: Float32Array<ArrayBuffer>; sin: Float32Array<ArrayBuffer> } {
  const headWidth = shape.width / shape.heads;
  const half = headWidth / 2;
  const cos = new Float32Array(length * headWidth);
  const sin = new Float32Array(length * headWidth);
  for (let position = 0; position < length; position++) {
    for (let i = 0; i < headWidth; i++) {
      const angle = position * shape.ropeTheta ** ((-2 * (i % half)) / headWidth);
      cos[position * headWidth + i] = Math.cos(angle);
      sin[position * headWidth + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}
