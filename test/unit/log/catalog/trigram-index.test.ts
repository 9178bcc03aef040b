import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance } from "../../../../src/log/catalog/edit-distance.ts";
import { makeNameIndex } from "../../../../src/log/catalog/trigram-index.ts";

function nearOf(names: string[], name: string, maxEdits: number): [number, number][] {
  const near: [position: number, edits: number][] = [];
  makeNameIndex(names).findNear(name, maxEdits, (position, edits) => near.push([position, edits]));
  return near.sort((a, b) => a[0] - b[0]);
}

describe("findNear", () => {
  test("finds every name within the edits and no other, as measuring all of them would", () => {
    const name = fc.string({
      unit: fc.constantFrom(..."abcde".split("")),
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        fc.array(name, { maxLength: 30 }),
        name,
        fc.nat({ max: 3 }),
        (names, own, most) => {
          const near = names
            .map((other, position): [number, number] => [position, editDistance(own, other, most)])
            .filter(([, edits]) => edits <= most);
          expect(nearOf(names, own, most)).toEqual(near);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("finds a long name by its trigrams: each of up to three edits leaves enough of them", () => {
    const place = fc.nat({ max: 24 });
    fc.assert(
      fc.property(
        fc.array(place, { minLength: 1, maxLength: 3 }),
        fc.nat({ max: 2 }),
        (places, kind) => {
          const sound = "theassassinationofjessejames";
          let typed = sound;
          for (const at of places) {
            const letter = kind === 0 ? "" : kind === 1 ? "x" : `${typed[at + 1]!}${typed[at]!}`;
            typed = typed.slice(0, at) + letter + typed.slice(at + (kind === 2 ? 2 : 1));
          }
          const edits = editDistance(typed, sound, 9);
          fc.pre(edits <= 3);
          expect(nearOf([sound, "another name of a film"], typed, 3)).toEqual([[0, edits]]);
        },
      ),
    );
  });

  test("is as good as new after each search", () => {
    const index = makeNameIndex(["casablanca", "casablanco", "rebecca"]);
    for (let again = 0; again < 300; again++) {
      const near: number[] = [];
      index.findNear("casablanca", 2, (position) => near.push(position));
      expect(near.sort((a, b) => a - b)).toEqual([0, 1]);
    }
  });

  test("finds nothing among no names, nor for a name longer or shorter than all", () => {
    expect(nearOf([], "casablanca", 3)).toEqual([]);
    expect(nearOf(["casablanca"], "a".repeat(200), 3)).toEqual([]);
    expect(nearOf(["casablanca"], "a", 1)).toEqual([]);
  });
});
