import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findNearPairs } from "../../../../src/dataset/audit/near-pairs.ts";
import type { Seen } from "../../../../src/dataset/audit/types.ts";
import { runFinding, seenOf } from "./run-finding.ts";

const wording = "Say which of all these films the viewer is going to like best of all tonight:";
const names = (from: number, n: number) =>
  Array.from({ length: n }, (_, i) => `film${from + i} of${from + i} year${from + i}`).join(", ");
const prompt = (content: string, id: string, split: Seen["split"] = "train"): Seen =>
  seenOf({ id, user: id, prompt: [{ role: "user", content: `${wording} ${content}` }] }, { split });

describe("near-duplicates", () => {
  const others = Array.from({ length: 30 }, (_, i) => prompt(names(100 * (i + 1), 10), `o${i}`));

  it("finds a test prompt that differs in one film of ten", () => {
    const stream = [
      prompt(names(0, 10), "a"),
      ...others,
      prompt(`${names(0, 9)}, New`, "b", "test"),
    ];
    expect(runFinding("near-duplicates", stream)).toMatchObject({
      severity: "warning",
      count: 1,
      examples: ["b"],
    });
  });

  it("does not take the wording that all prompts share for likeness", () => {
    const stream = [...others, prompt(names(9000, 10), "b", "test")];
    expect(runFinding("near-duplicates", stream)).toMatchObject({ severity: null, count: 0 });
  });

  it("leaves twins inside train alone", () => {
    const stream = [prompt(names(0, 10), "a"), prompt(names(0, 10), "b"), ...others];
    expect(runFinding("near-duplicates", stream).severity).toBe(null);
  });

  it("keeps a bounded part of a large stream, whole users, the same in any order", () => {
    const stream = Array.from({ length: 21_000 }, (_, i) =>
      seenOf(
        {
          id: `e${i}`,
          user: `u${i % 7000}`,
          prompt: [{ role: "user", content: `${i % 7000} x y z` }],
        },
        { split: i < 14_000 ? "train" : "test" },
      ),
    );
    const result = runFinding("near-duplicates", stream);
    expect(result.message).toContain("1 in 2 of the users");
    expect(result.value).toBe(1);
  });
});

describe("findNearPairs", () => {
  it("finds what comparing all with all finds", () => {
    const set = fc.uniqueArray(fc.nat(12), { maxLength: 8 }).map((all) => Uint32Array.from(all));
    fc.assert(
      fc.property(
        fc.array(set, { maxLength: 8 }),
        fc.array(set, { maxLength: 8 }),
        (train, asked) => {
          const near = (a: Uint32Array, b: Uint32Array): boolean => {
            const shared = a.filter((member) => b.includes(member)).length;
            return shared / (a.length + b.length - shared) >= 0.6;
          };
          const expected = [...asked.keys()].filter((at) =>
            train.some((other) => near(asked[at]!, other)),
          );
          expect(findNearPairs(train, asked, 0.6)).toEqual(expected);
        },
      ),
    );
  });
});
