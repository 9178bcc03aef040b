import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance } from "../../../../src/log/catalog/edit-distance.ts";

/** The definition, cell by cell, without a band. */
function wholeTable(a: string, b: string): number {
  const cell = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const options = [
        cell[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
        cell[i - 1]![j]! + 1,
        cell[i]![j - 1]! + 1,
      ];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        options.push(cell[i - 2]![j - 2]! + 1);
      }
      cell[i]![j] = Math.min(...options);
    }
  }
  return cell[a.length]![b.length]!;
}

describe("editDistance", () => {
  test.each([
    ["heat", "heat", 0],
    ["heat", "haet", 1],
    ["heat", "eat", 1],
    ["heat", "theat", 1],
    ["heat", "head", 1],
    ["ca", "abc", 3],
    ["", "ab", 2],
  ])("%s, %s: %i", (a, b, edits) => {
    expect(editDistance(a, b, 3)).toBe(edits);
    expect(editDistance(b, a, 3)).toBe(edits);
  });

  test("is the definition's, or limit + 1 above the limit, whatever was measured before", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 9 });
    fc.assert(
      fc.property(word, word, fc.nat({ max: 5 }), (a, b, limit) => {
        expect(editDistance(a, b, limit)).toBe(Math.min(wholeTable(a, b), limit + 1));
      }),
      { numRuns: 500 },
    );
  });

  test("measures names of any length", () => {
    const long = "ab".repeat(400);
    expect(editDistance(long, `${long}c`, 2)).toBe(1);
    expect(editDistance(`x${long}`, `${long}yz`, 2)).toBe(3);
  });
});
