import fc from "fast-check";
import { expect, it } from "vitest";
import { holdsText, mayBeTrimmed } from "../../../src/dataset/find-text.ts";

function place(whole: string, part: string) {
  const bytes = Buffer.from(`ab${whole}|${part}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = 2 + Buffer.byteLength(whole);
  return [view, { from: 2, to: end }, { from: end + 1, to: bytes.length }] as const;
}

it("holdsText finds what String.includes finds", () => {
  const letters = fc.string({
    unit: fc.constantFrom("a", "b", "(", "1", "기", "é"),
    maxLength: 30,
  });
  const part = fc.string({ unit: fc.constantFrom("a", "b", "(", "1", "기", "é"), maxLength: 4 });
  fc.assert(
    fc.property(letters, part, (whole, wanted) => {
      expect(holdsText(...place(whole, wanted))).toBe(whole.includes(wanted));
    }),
    { numRuns: 2000 },
  );
  expect(holdsText(...place("The Up", "Up"))).toBe(true);
  expect(holdsText(...place("U", "Up"))).toBe(false);
});

it("mayBeTrimmed says yes wherever trimming would change the text, or might", () => {
  const text = fc.string({
    unit: fc.constantFrom(
      "a",
      "Z",
      ")",
      " ",
      "\n",
      "\u00a0",
      "\u2003",
      "\u3000",
      "\ufeff",
      "기",
      '"',
      "\\",
      "\u1680",
      "\u205f",
      "\u2029",
      "é",
    ),
    maxLength: 5,
  });
  const judge = (inJson: string): boolean => {
    const bytes = Buffer.from(inJson);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return mayBeTrimmed(view, { from: 0, to: bytes.length });
  };
  fc.assert(
    fc.property(text, (one) => {
      const changes = one.trim() !== one || one === "";
      if (changes) expect(judge(JSON.stringify(one).slice(1, -1))).toBe(true);
    }),
    { numRuns: 2000 },
  );
  for (const plain of ["Up", "Joker (2019)", "기생충", '\\"Up\\"', "é", "Se7en"])
    expect(judge(plain)).toBe(false);
});
