// The safetensors file: round trip, alignment, and refusal of what does not fit.

import { describe, expect, it } from "vitest";
import { readSafetensors, writeSafetensors } from "../../../../src/job/micro/safetensors.ts";

const tensors = [
  { name: "a.weight", shape: [2, 3], offset: 0, size: 6, decay: true },
  { name: "b.weight", shape: [2], offset: 6, size: 2, decay: false },
];
const flat = Float32Array.from({ length: 8 }, (_, i) => i / 7 - 0.3);

describe("safetensors", () => {
  it("gives back what was written, also from a view into a larger buffer", () => {
    const bytes = writeSafetensors(tensors, flat);
    expect(readSafetensors(bytes, tensors)).toEqual(flat);
    const shifted = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
    expect(readSafetensors(shifted, tensors)).toEqual(flat);
  });

  it("starts its data at a multiple of eight", () => {
    const bytes = writeSafetensors(tensors, flat);
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });

  it("names the tensor that is missing or has another shape", () => {
    const bytes = writeSafetensors([tensors[0]!], flat);
    expect(() => readSafetensors(bytes, tensors)).toThrow(/b\.weight should be F32 \[2\]/);
    const other = [{ ...tensors[0]!, shape: [3, 2] }];
    expect(() => readSafetensors(bytes, other)).toThrow(/a\.weight should be F32 \[3, 2\]/);
  });
});
