import fc from "fast-check";
import { expect, it } from "vitest";
import { makeLineBuffer } from "../../../src/dataset/line-buffer.ts";

it("holds the UTF-8 bytes of its lines", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 40 })), (lines) => {
      const buffer = makeLineBuffer();
      for (const line of lines) buffer.add(line);
      const expected = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
      expect(buffer.bytes()).toEqual(expected);
    }),
  );
});

it("grows past its first size and hands out a buffer of its own", () => {
  const buffer = makeLineBuffer();
  const line = "한".repeat(50_000);
  buffer.add(line);
  buffer.add(line);
  const bytes = buffer.bytes();
  expect(bytes.byteLength).toBe(2 * (150_000 + 1));
  expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
});
