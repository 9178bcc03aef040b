import fc from "fast-check";
import { expect, it } from "vitest";
import { makeLineBuffer } from "../../../src/dataset/line-buffer.ts";

it("holds the UTF-8 bytes of its lines", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 40 })), (lines) => {
      const buffer = makeLineBuffer();
      for (const line of lines) buffer.write(`${line}\n`);
      const expected = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
      expect(buffer.bytes()).toEqual(expected);
    }),
  );
});

it("grows past its first size, and tells where pieces stand", () => {
  const buffer = makeLineBuffer(64);
  const line = "한".repeat(50_000);
  buffer.write(`${line}\n`);
  buffer.write("ab");
  const from = buffer.size;
  buffer.write("é");
  expect([from, buffer.size]).toEqual([150_003, 150_005]);
  expect(buffer.view().getUint16(from)).toBe(0xc3a9);
  expect(Buffer.from(buffer.bytes()).toString()).toBe(`${line}\nabé`);
});
