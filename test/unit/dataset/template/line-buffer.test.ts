import fc from "fast-check";
import { expect, it } from "vitest";
import { keepText, makeSlot, notKept } from "../../../../src/dataset/template/kept-texts.ts";
import { LineBuffer, shareText } from "../../../../src/dataset/template/line-buffer.ts";

const textOf = (buffer: LineBuffer): string => Buffer.from(buffer.bytes()).toString();

it("holds the UTF-8 bytes of what is written, kept or not", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: "grapheme", maxLength: 40 }), fc.nat(2))),
      (texts) => {
        const buffer = new LineBuffer(64);
        for (const [text, way] of texts) {
          if (way === 0) buffer.write(text);
          else if (way === 1) buffer.put(keepText(text));
          else buffer.share(shareText(text));
        }
        expect(textOf(buffer)).toBe(texts.map(([text]) => text).join(""));
      },
    ),
  );
});

it("grows past its first size, and tells where pieces stand", () => {
  const buffer = new LineBuffer(64);
  const line = "한".repeat(50_000);
  buffer.write(`${line}\n`);
  buffer.put(keepText("ab"));
  const from = buffer.size;
  buffer.write("é");
  expect([from, buffer.size]).toEqual([150_003, 150_005]);
  expect(buffer.view.getUint16(from)).toBe(0xc3a9);
  expect(buffer.text(from - 2, from)).toBe("ab");
  expect(textOf(buffer)).toBe(`${line}\nabé`);
});

it("writes numbers as JSON has them", () => {
  const numbers = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.constantFrom(0, -0, 9, 10, 2147483647, 2147483648, 4294967296, 999999999999999, 1e15, 1e21),
  );
  fc.assert(
    fc.property(fc.array(numbers), (values) => {
      const buffer = new LineBuffer(64);
      for (const value of values) {
        buffer.number(value);
        buffer.char(44);
      }
      expect(textOf(buffer)).toBe(values.map((value) => `${JSON.stringify(value)},`).join(""));
    }),
    { numRuns: 500 },
  );
});

it("takes back and takes out what was written", () => {
  const buffer = new LineBuffer();
  buffer.write("abc");
  buffer.size = 2;
  buffer.write("def");
  buffer.cut(1, 3);
  expect(textOf(buffer)).toBe("aef");
});

it("writes into memory that is given up, where it is large enough", () => {
  const [spare, small] = [new ArrayBuffer(256), new ArrayBuffer(16)];
  const [first, second] = [new LineBuffer(128, spare), new LineBuffer(128, small)];
  for (const buffer of [first, second]) buffer.write("x");
  expect([first.bytes().buffer === spare, second.bytes().buffer === small]).toEqual([true, false]);
});

it("a slot stands for the text it was last given", () => {
  const [slot, other] = [makeSlot(), makeSlot()];
  const buffer = new LineBuffer();
  const id = other.set("other");
  for (const text of ["a", "longer than the first", "", "한글", "x".repeat(500), "b"]) {
    buffer.put(slot.set(text));
    buffer.put(id);
  }
  expect(textOf(buffer)).toBe(
    `aotherlonger than the firstotherother한글other${"x".repeat(500)}otherbother`,
  );
});

it("writes a shared text that was not kept", () => {
  const buffer = new LineBuffer();
  buffer.share({ id: notKept, text: "plain" });
  expect(textOf(buffer)).toBe("plain");
});
