import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance } from "../../../../src/log/catalog/edit-distance.ts";
import { makeNameIndex } from "../../../../src/log/catalog/trigram-index.ts";
import type { Nearness } from "../../../../src/log/catalog/trigram-index.ts";

function nearOf(names: string[], name: string, near: Nearness): [number, number][] {
  const found: [position: number, edits: number][] = [];
  makeNameIndex(names).findNear(name, near, (position, edits) => found.push([position, edits]));
  return found.sort((a, b) => a[0] - b[0]);
}

/** Every name measured. */
function measureAll(names: string[], name: string, near: Nearness): [number, number][] {
  return names
    .map((other, position): [number, number] => [position, editDistance(name, other, 30)])
    .filter(([position, edits]) => {
      const longer = Math.max(name.length, names[position]!.length);
      return edits <= near.edits && edits <= (1 - near.similarity) * longer + 1e-9;
    });
}

const nearness = fc.record({
  similarity: fc.constantFrom(0.5, 0.7, 0.75, 0.8, 0.9),
  edits: fc.nat({ max: 3 }),
});

describe("findNear", () => {
  test("finds every name near enough and no other, as measuring all of them would", () => {
    const letter = fc.constantFrom("a", "b", "c", "d", "e");
    const name = fc.string({ unit: letter, minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(name, { maxLength: 30 }), name, nearness, (names, own, near) => {
        expect(nearOf(names, own, near)).toEqual(measureAll(names, own, near));
      }),
      { numRuns: 300 },
    );
  });

  test("finds a name of any length from one to three edits away", () => {
    const alphabet = fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h", "i", "k");
    const sound = fc.string({ unit: alphabet, minLength: 3, maxLength: 28 });
    const edit = fc.record({ at: fc.nat(), kind: fc.nat({ max: 3 }) });
    fc.assert(
      fc.property(
        sound,
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        nearness,
        (name, edits, near) => {
          let typed = name;
          for (const { at, kind } of edits) {
            const place = at % typed.length;
            const [before, here, after] = [
              typed.slice(0, place),
              typed[place]!,
              typed.slice(place + 1),
            ];
            if (kind === 0) typed = `${before}x${after}`;
            else if (kind === 1) typed = `${before}x${here}${after}`;
            else if (kind === 2 && typed.length > 1) typed = before + after;
            else typed = before + after.slice(0, 1) + here + after.slice(1);
          }
          const names = ["another name", name, "of a film"];
          expect(nearOf(names, typed, near)).toEqual(measureAll(names, typed, near));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("is as good as new after each search", () => {
    const index = makeNameIndex(["casablanca", "casablanco", "rebecca"]);
    for (let again = 0; again < 300; again++) {
      const near: number[] = [];
      index.findNear("casablanca", { similarity: 0.8, edits: 2 }, (position) =>
        near.push(position),
      );
      expect(near.sort((a, b) => a - b)).toEqual([0, 1]);
    }
  });

  test("finds nothing among no names, nor for a name longer or shorter than all", () => {
    const far = { similarity: 0.7, edits: 3 };
    expect(nearOf([], "casablanca", far)).toEqual([]);
    expect(nearOf(["casablanca"], "a".repeat(200), far)).toEqual([]);
    expect(nearOf(["casablanca"], "a", far)).toEqual([]);
  });
});
