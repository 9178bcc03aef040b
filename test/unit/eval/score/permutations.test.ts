import { describe, expect, test } from "vitest";
import { rankOf } from "../../../../src/base/metric/index.ts";
import { rngFor, type Rng } from "../../../../src/base/rng.ts";
import type { Example } from "../../../../src/dataset/task/types.ts";
import { orderCandidates } from "../../../../src/eval/score/candidate-order.ts";
import { findPermutations, rankAll } from "../../../../src/eval/score/permutations.ts";
import type { PermutationResult, Prediction } from "../../../../src/eval/score/types.ts";
import { makeExample, makePrediction } from "../fixture.ts";

const orders = 5;
const options = { orders, seed: 1, variant: "uni8" };
const [ndcg, borda] = ["ndcg@10/uni8", "ndcg@10/uni8+borda5"];

const rng = rngFor("permutations");
const examples = Array.from({ length: 120 }, (_, u): Example => {
  const candidates = rng.shuffle(Array.from({ length: 8 }, (_unused, i) => `i${i}`));
  const item = candidates[rng.int(8)]!;
  return makeExample({ id: `ranking/u${u}/${u}`, user: `u${u}`, row: u, item, candidates });
});

type Say = (order: string[], example: Example, noise: Rng) => Partial<Prediction>;

/** What a system says that sees the order of each question. */
function answersOf(say: Say, of: readonly Example[] = examples): Prediction[] {
  const noise = rngFor("noise");
  return of.flatMap((example) =>
    Array.from({ length: orders }, (_, perm) => {
      const order = orderCandidates(example, { seed: options.seed, perm });
      return makePrediction({ example: example.id, perm, ...say(order, example, noise) });
    }),
  );
}

const scored = (order: readonly string[], score: (id: string, slot: number) => number) => {
  const choices = Object.fromEntries(order.map((id, slot) => [id, score(id, slot)]));
  return { choices, items: order.toSorted((a, b) => choices[b]! - choices[a]!) };
};
const resultOf = (say: Say, of?: readonly Example[]): PermutationResult =>
  findPermutations(of ?? examples, answersOf(say, of), options)!;

describe("findPermutations", () => {
  test("a system that copies the list has slope 1, and ranks the truth where it stood", () => {
    const result = resultOf((order) => scored(order, (_, slot) => -slot));
    expect(result).toMatchObject({ orders, asked: 600, usable: 600 });
    expect(result.slope).toEqual({ value: 1, low: 1, high: 1, n: 120 });
    expect(result.slots.map(({ slot, rank }) => [slot, rank.value])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((slot) => [slot, slot]),
    );
    expect(result.topChanged!.value).toBeGreaterThan(0.95);
    expect(result.rankRange!.value).toBeGreaterThan(4);
  });

  test("one that prefers what stands late has slope -1", () => {
    const { slope } = resultOf((order) => scored(order, (_, slot) => slot));
    expect(slope!.value).toBeCloseTo(-1, 12);
  });

  test("one that looks at items alone moves nothing and gains nothing", () => {
    const result = resultOf((order) => scored(order, (id) => Number(id.slice(1))));
    expect(result.slope).toMatchObject({ value: 0, low: 0, high: 0 });
    for (const name of ["rankSd", "rankRange", "topChanged"] as const)
      expect(result[name]).toEqual({ value: 0, low: 0, high: 0, n: 120 });
    expect(result.metrics[borda]).toEqual(result.metrics[ndcg]);
    expect(result.gain[borda]).toMatchObject({ value: 0, low: 0, high: 0 });
    expect(Object.keys(result.gain)).toEqual([borda, "hr@1/uni8+borda5"]);
  });

  test("ties are no change of the first place, and take the expected rank", () => {
    const result = resultOf((order) => scored(order, () => 0));
    expect(result.topChanged!.value).toBe(0);
    expect(result.slots.every(({ rank }) => rank.value === 4.5)).toBe(true);
    expect(result.metrics["hr@1/uni8+borda5"]!.value).toBeCloseTo(1 / 8, 12);
  });

  test("noise from order to order is averaged out, and is no slope", () => {
    const result = resultOf((order, { item }, noise) =>
      scored(order, (id) => Number(id === item) + 2 * noise.next()),
    );
    expect(result.slope!.low).toBeLessThan(0);
    expect(result.slope!.high).toBeGreaterThan(0);
    expect(result.rankSd!.low).toBeGreaterThan(0.3);
    expect(result.gain[borda]!.low).toBeGreaterThan(0);
    const { value } = result.metrics[borda]!;
    expect(value - result.metrics[ndcg]!.value).toBeCloseTo(result.gain[borda]!.value, 12);
  });

  test("answers without a ranking are counted, and leave the orders that have one", () => {
    const [one] = examples;
    const result = resultOf(
      (order, { item }) =>
        order.indexOf(item) % 2 === 0
          ? { outcome: "malformed", items: [] }
          : scored(order, (id) => Number(id === item)),
      [one!],
    );
    expect(result.usable).toBeLessThan(result.asked);
    expect(result.metrics[borda]!.value).toBe(1);
    const none = resultOf(() => ({ outcome: "refused" }));
    expect(none).toMatchObject({ usable: 0, slots: [], slope: null, rankSd: null });
    expect(none.metrics[borda]!.value).toBe(0);
  });

  test("written answers vote: the title named most often is first", () => {
    const [one] = examples;
    const other = one!.candidates!.find((id) => id !== one!.item)!;
    let asked = 0;
    const result = resultOf(() => ({ items: [asked++ < 3 ? one!.item : other] }), [one!]);
    expect(result.metrics["hr@1/uni8+borda5"]!.value).toBe(1);
    expect(result.topChanged!.value).toBe(1);
  });

  test("an item that was never offered takes its place in the rank, and no points", () => {
    const [one] = examples;
    const result = resultOf(() => ({ items: ["stranger", one!.item] }), [one!]);
    expect(result.slots.every(({ rank }) => rank.value === 2)).toBe(true);
    expect(result.metrics["hr@1/uni8+borda5"]!.value).toBe(1);
    expect(result.metrics["hr@1/uni8"]!.value).toBe(0);
  });

  test("strangers between two candidates do not part them further", () => {
    const [one] = examples;
    const other = one!.candidates!.find((id) => id !== one!.item)!;
    const lists = [[other, "x", "y", "z", one!.item], ...[1, 2].map(() => [one!.item, other])];
    let asked = 0;
    const result = resultOf(() => ({ items: lists[asked++] ?? [] }), [one!]);
    expect(result.usable).toBe(3);
    expect(result.metrics["hr@1/uni8+borda5"]!.value).toBe(1);
  });

  test("says nothing of one order, and nothing of other tasks", () => {
    const all = answersOf((order) => scored(order, () => 0));
    const stored = all.filter(({ perm }) => perm === 0);
    expect(findPermutations(examples, stored, options)).toBeNull();
    const rating = examples.map((example) => ({ ...example, task: "next-item" }));
    expect(findPermutations(rating, all, options)).toBeNull();
  });
});

test("rankAll gives what ranking each score by itself gives, ties and infinities too", () => {
  for (let run = 0; run < 200; run++) {
    const scores = Float64Array.from({ length: 1 + rng.int(12) }, () =>
      rng.int(4) === 0 ? -Infinity : rng.int(5),
    );
    const alone = scores.map((_, i) => {
      const { greater, equal } = rankOf(scores, i);
      return greater + 1 + equal / 2;
    });
    expect(rankAll(scores)).toEqual(alone);
  }
});
