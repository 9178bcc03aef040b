import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rngFor } from "../../../../src/base/rng.ts";
import { scoreHistory, type ItemWeights } from "../../../../src/log/baseline/item-weights.ts";
import {
  candidateSources,
  drawItems,
  type CandidateSource,
} from "../../../../src/dataset/task/draw-candidates.ts";
import { makeAliasTable } from "../../../../src/dataset/task/draw-popular.ts";
import type { TaskContext } from "../../../../src/dataset/task/types.ts";
import { catalogOf, contextOf, timelineOf, type Row } from "../small-log.ts";

const size = 40;
const catalog = catalogOf(
  Array.from({ length: size }, (_, i) => [`i${i}`, `Film ${i}`, null, 0, []]),
);
// Item i stands i times in train, and the log first has it at time 100 + i.
catalog.data.trainCount.set(Array.from({ length: size }, (_, i) => i));

/** Weight of item j from item i: how near they are; dense for ease, only for close ones elsewhere. */
const dense: ItemWeights = {
  itemCount: size,
  table: {
    kind: "dense",
    weights: Float64Array.from({ length: size * size }, (_, at) => {
      return 1 / (1 + Math.abs(Math.floor(at / size) - (at % size)));
    }),
  },
  lastRows: null,
};
const context: TaskContext = contextOf({
  catalog,
  candidateData: {
    firstTime: Float64Array.from({ length: size }, (_, i) => 100 + i),
    weights: { ease: dense, "item-knn": dense, "co-occurrence": { ...dense, lastRows: 2 } },
  },
});
const never = (): boolean => false;

function draw(from: CandidateSource, rows: Row[], count: number, key = "a", target?: number) {
  const timeline = timelineOf(rows);
  const input = { timeline, target: target ?? rows.length - 1, history: [0] };
  return drawItems(from, input, context, count, rngFor(key), never);
}

const rowsFrom = (items: number[]): Row[] =>
  items.map((item, i) => ({ item, time: 130 + i, rating: 3 }));

describe.each(candidateSources)("%s", (from) => {
  it("never holds a seen item nor one twice, and is repeatable", () => {
    const items = fc.array(fc.nat(size - 1), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 45 }), fc.string(), (seen, count, key) => {
        const drawn = draw(from, rowsFrom(seen), count, key);
        expect(new Set(drawn).size).toBe(drawn.length);
        for (const item of drawn) expect(seen).not.toContain(item);
        expect(drawn.length).toBeLessThanOrEqual(count);
        expect(draw(from, rowsFrom(seen), count, key)).toEqual(drawn);
      }),
    );
  });

  it("leaves refused items out and goes on to others", () => {
    const timeline = timelineOf(rowsFrom([1, 2]));
    const isOdd = (index: number): boolean => index % 2 === 1;
    const input = { timeline, target: 1, history: [0] };
    const drawn = drawItems(from, input, context, 12, rngFor("x"), isOdd);
    expect(drawn.length).toBe(12);
    expect(drawn.some(isOdd)).toBe(false);
  });
});

describe("popularity", () => {
  it("draws as often as train holds the item, and never what train lacks", () => {
    const counts = new Float64Array(size);
    for (let i = 0; i < 20_000; i++) {
      const [item] = draw("popularity", rowsFrom([38, 39]), 1, `k${i}`);
      counts[item!]!++;
    }
    const total = (size * (size - 1)) / 2 - 38 - 39;
    expect(counts[0]).toBe(0);
    for (let item = 1; item < 38; item++) {
      const expected = (20_000 * item) / total;
      expect(Math.abs(counts[item]! - expected)).toBeLessThan(5 * Math.sqrt(expected) + 1);
    }
  });

  it("gives all that is left to a user who knows nearly everything", () => {
    const most = Array.from({ length: 37 }, (_, i) => i + 3);
    expect(draw("popularity", rowsFrom(most), 5).sort((a, b) => a - b)).toEqual([1, 2]);
  });

  it("has an alias table of the weights themselves", () => {
    const weights = fc.array(fc.nat(20), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(weights, (list) => {
        const sum = list.reduce((a, b) => a + b, 0);
        fc.pre(sum > 0);
        const { keep, alias } = makeAliasTable(Int32Array.from(list));
        const mass = new Float64Array(list.length);
        keep.forEach((share, place) => {
          mass[place]! += share / list.length;
          mass[alias[place]!]! += (1 - share) / list.length;
        });
        mass.forEach((value, i) => expect(value).toBeCloseTo(list[i]! / sum, 12));
      }),
    );
  });
});

describe("in-time", () => {
  it("holds only items that the log had seen by the target's time", () => {
    const rows: Row[] = [
      { item: 0, time: 104 },
      { item: 1, time: 105 },
      { item: 2, time: 139 },
    ];
    expect(draw("in-time", rows, 40, "a", 1).sort((a, b) => a - b)).toEqual([3, 4, 5]);
    expect(draw("in-time", rows, 40)).toHaveLength(37);
  });

  it("holds every item where the target has no time", () => {
    expect(draw("in-time", [{ item: 0 }, { item: 1, time: NaN }], 40)).toHaveLength(38);
  });
});

describe("baselines", () => {
  it("give the best items for all that came before, best first", () => {
    // Ties fall to the item that train holds more often.
    expect(draw("ease", rowsFrom([10, 20, 0]), 4)).toEqual([19, 11, 21, 9]);
    // Two rows count, the nearer one more.
    expect(draw("co-occurrence", rowsFrom([30, 10, 20, 0]), 3)).toEqual([19, 21, 18]);
  });

  it("score the next target of a user as if it were the first asked", () => {
    const items = fc.array(fc.nat(size - 1), { minLength: 3, maxLength: 15 });
    fc.assert(
      fc.property(items, (list) => {
        const timeline = timelineOf(rowsFrom(list));
        for (let target = 1; target < list.length; target++) {
          const input = { timeline, target, history: [0] };
          const drawn = drawItems("ease", input, context, 5, rngFor("x"), never);
          const scores = scoreHistory(dense, list.slice(0, target));
          const rest = [...scores.keys()].filter((i) => !list.includes(i) && !drawn.includes(i));
          const least = Math.min(...drawn.map((i) => scores[i]!));
          for (const other of rest) expect(scores[other]).toBeLessThanOrEqual(least + 1e-12);
        }
      }),
    );
  });
});
