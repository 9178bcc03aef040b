// Weights in the safetensors format (huggingface/safetensors, format 0.x: u64 header length, JSON header, raw bytes).

import type { Tensor } from "./shape.ts";

/** Bytes of a safetensors file that holds the named views of one flat float32 array. */
export function writeSafetensors(tensors: readonly Tensor[], flat: Float32Array): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  let at = 0;
  for (const tensor of tensors) {
    header[tensor.name] = {
      dtype: "F32",
      shape: tensor.shape,
      data_offsets: [at, at + tensor.size * 4],
    };
    at += tensor.size * 4;
  }
  let text = JSON.stringify(header);
  text += " ".repeat((8 - (text.length % 8)) % 8);
  const bytes = new Uint8Array(8 + text.length + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(Buffer.from(text, "latin1"), 8);
  const body = new Float32Array(at / 4);
  let floats = 0;
  for (const tensor of tensors) {
    body.set(flat.subarray(tensor.offset, tensor.offset + tensor.size), floats);
    floats += tensor.size;
  }
  bytes.set(new Uint8Array(body.buffer), 8 + text.length);
  return bytes;
}

/** Reads float32 tensors into a flat array of the given layout; throws when one is missing or has another shape. */
export function readSafetensors(bytes: Uint8Array, tensors: readonly Tensor[]): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  const header = JSON.parse(
    Buffer.from(bytes.subarray(8, 8 + headerLength)).toString("utf8"),
  ) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] } | undefined
  >;
  const last = tensors.at(-1)!;
  const flat = new Float32Array(last.offset + last.size);
  for (const tensor of tensors) {
    const entry = header[tensor.name];
    if (!entry || entry.dtype !== "F32" || entry.shape.join() !== tensor.shape.join()) {
      throw new Error(
        `safetensors: ${tensor.name} should be F32 [${tensor.shape.join(", ")}], found ${JSON.stringify(entry)}`,
      );
    }
    const [from, to] = entry.data_offsets;
    // A copy of its own, since float views need aligned bytes and a Buffer's slice is no copy.
    const copy = new Uint8Array(bytes.subarray(8 + headerLength + from, 8 + headerLength + to));
    flat.set(new Float32Array(copy.buffer), tensor.offset);
  }
  return flat;
}
