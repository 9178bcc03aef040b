import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hash64, makeHashTable } from "../../../../src/dataset/audit/hash-table.ts";
import { startAudit } from "../../../../src/dataset/audit/run-audit.ts";
import { keepExample } from "../../../../src/dataset/audit/tally.ts";
import type { Seen } from "../../../../src/dataset/audit/types.ts";
import { splits } from "../../../../src/log/split/timeline.ts";
import { exampleOf } from "../small-log.ts";

const seen: fc.Arbitrary<Seen> = fc
  .record({
    n: fc.nat(40),
    task: fc.constantFrom("next-item", "ranking", "explanation"),
    split: fc.constantFrom(...splits),
    at: fc.nat(4),
  })
  .map(({ n, task, split, at }) => ({
    split,
    historyTimes: [n],
    example: exampleOf({
      id: `${task}/u${n}/${at}`,
      task,
      time: 20,
      prompt: [{ role: "user", content: n % 7 === 0 ? `film ${at}` : `other ${n}` }],
      completion: [{ role: "assistant", content: `film ${at}` }],
      history: n % 5 === 0 ? ["tenet"] : ["joker"],
      candidates:
        task === "ranking"
          ? Array.from({ length: 4 }, (_, i) => (i === at ? "tenet" : `i${i}`))
          : null,
    }),
  }));

describe("merging the states of two threads", () => {
  it("gives what one thread would have found, in either order", () => {
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 40 }), fc.nat(40), (stream, cut) => {
        const run = (part: Seen[]) => {
          const audit = startAudit({ repeats: "drop-target" });
          for (const one of part) audit.see(one);
          return audit;
        };
        const whole = run(stream).result();
        const states = [stream.slice(0, cut), stream.slice(cut)].map((part) =>
          structuredClone(run(part).state()),
        );
        for (const order of [states, [...states].reverse()]) {
          const merged = run([]);
          for (const state of order) merged.mergeState(structuredClone(state));
          const result = merged.result();
          // Ids of twins that two threads saw apart are not known; their number is.
          expect({ ...result, duplicates: { ...result["duplicates"], examples: [] } }).toEqual({
            ...whole,
            duplicates: { ...whole["duplicates"], examples: [] },
          });
        }
      }),
    );
  });
});

describe("hash table", () => {
  it("remembers every key and its bits through growth", () => {
    const table = makeHashTable();
    const expected = new Map<bigint, number>();
    for (let i = 0; i < 5000; i++) {
      const key = hash64(`k${i % 3000}`);
      const bits = 1 << (i % 3);
      expect(table.add(key, bits)).toBe(expected.get(key) ?? 0);
      expected.set(key, (expected.get(key) ?? 0) | bits);
    }
    expect(table.size).toBe(3000);
    const ascending = (a: number, b: number): number => a - b;
    expect([...table.masks()].sort(ascending)).toEqual([...expected.values()].sort(ascending));
    for (const [key, bits] of expected) expect(table.add(key, bits)).toBe(bits);
  });

  it("takes the key 0 as a key", () => {
    const table = makeHashTable();
    expect([table.add(0n, 1), table.add(0n, 1), table.size]).toEqual([0, 1, 1]);
  });
});

it("keepExample keeps the five smallest ids, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 20 }), (ids) => {
      const kept: string[] = [];
      for (const id of ids) keepExample(kept, id);
      expect(kept).toEqual([...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).slice(0, 5));
    }),
  );
});
