import fc from "fast-check";
import { expect, it } from "vitest";
import { hashBytes, makeHashTable, type Halves } from "../../../../src/dataset/audit/hash-table.ts";

function hashOf(bytes: Uint8Array, from = 0, to = bytes.length): string {
  const into: Halves = { low: 0, high: 0 };
  hashBytes(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), from, to, into);
  return `${into.low}/${into.high}`;
}

it("hashBytes reads its range alone, wherever it stands", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(9), fc.nat(9), (bytes, before, after) => {
      const framed = new Uint8Array(before + bytes.length + after).fill(7);
      framed.set(bytes, before);
      expect(hashOf(framed, before, before + bytes.length)).toBe(hashOf(bytes));
    }),
  );
});

it("hashBytes tells texts apart that differ in a byte, in their length or in their order", () => {
  const texts = new Set<string>();
  const base = Buffer.from("The viewer has watched, oldest first:\nAlien (1979) 5");
  for (let at = 0; at < base.length; at++) {
    for (const flip of [1, 32, 128]) {
      const changed = Uint8Array.from(base);
      changed[at]! ^= flip;
      texts.add(hashOf(changed));
    }
    texts.add(hashOf(Uint8Array.from(base.subarray(0, at))));
    texts.add(hashOf(Uint8Array.from([...base.subarray(at), ...base.subarray(0, at)])));
  }
  expect(texts.size).toBe(base.length * 5);
});

it("hashes of many texts spread over both halves", () => {
  const [low, high] = [new Set<string>(), new Set<string>()];
  for (let i = 0; i < 20_000; i++) {
    const [a, b] = hashOf(Uint8Array.from(Buffer.from(`item ${i}`))).split("/");
    low.add(a!);
    high.add(b!);
  }
  // 20,000 of 2^32: about 0.05 chance twins in each half.
  expect(Math.min(low.size, high.size)).toBeGreaterThan(19_995);
});

it("merges states, in either order", () => {
  const [a, b, whole] = [makeHashTable(), makeHashTable(), makeHashTable()];
  for (let i = 0; i < 3000; i++) {
    (i % 2 ? a : b).addHalves(i % 700, i % 500, 1 << (i % 3));
    whole.addHalves(i % 700, i % 500, 1 << (i % 3));
  }
  for (const [to, from] of [
    [a, b],
    [b, a],
  ] as const) {
    const merged = makeHashTable();
    merged.mergeState(to.state());
    merged.mergeState(from.state());
    expect(merged.size).toBe(whole.size);
    const [got, expected] = [merged, whole].map((t) => [...t.masks()].sort((x, y) => x - y));
    expect(got).toEqual(expected);
  }
});
