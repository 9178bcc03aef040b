// Baselines on MovieLens 100K, leave-one-out, full ranking: fitted on train and validation rows (popularity on train
// alone), those masked, ties at their average rank. The figures were measured apart, by another implementation.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rankOf } from "../../src/base/metric/index.ts";
import { coOccurrence, markov } from "../../src/log/baseline/co-occurrence.ts";
import { makeEase } from "../../src/log/baseline/ease.ts";
import { itemKnn } from "../../src/log/baseline/item-knn.ts";
import { loadTrain } from "../../src/log/baseline/load-train.ts";
import { popularity } from "../../src/log/baseline/popularity.ts";
import type { Params } from "../../src/log/baseline/params.ts";
import type { Baseline, TrainData } from "../../src/log/baseline/types.ts";
import { openLog, type OpenLog } from "../../src/log/reader/open-log.ts";
import { logSchema } from "../../src/log/reader/recipe.ts";
import { filterSchema } from "../../src/log/split/recipe.ts";
import { splitLog } from "../../src/log/split/split-log.ts";
import { streamTimelines } from "../../src/log/split/stream-timelines.ts";
import { openOptions } from "../unit/log/open-texts.ts";

const data = join(
  process.env["RECTUNE_TEST_DATA"] ?? join(import.meta.dirname, "../../../shared"),
  "data",
);
const absent = process.env["RECTUNE_NO_SKIP"] !== "1" && !existsSync(join(data, "ml-100k/u.data"));

const withParams = (baseline: Baseline, params: Params): Pick<Baseline, "fit"> => ({
  fit: (rows, options) => baseline.fit(rows, { ...options, params }),
});

describe.skipIf(absent)("ml-100k, leave-one-out", () => {
  let log: OpenLog;
  let train: TrainData;
  let known: TrainData;
  const tests: { user: number; item: number; seen: Int32Array }[] = [];

  beforeAll(async () => {
    log = await openLog(
      logSchema.parse({ format: "movielens", path: join(data, "ml-100k") }),
      openOptions(data, { threads: 2 }),
    );
    const split = await splitLog(log, {
      filter: filterSchema.parse({ minUser: 0, dedup: "none" }),
      split: { by: "leave-one-out" },
      seed: 1,
    });
    train = await loadTrain(split);
    const before = { user: [] as number[], item: [] as number[] };
    for await (const batch of streamTimelines(split, { batchRows: 1e9 })) {
      for (let user = 0; user < batch.users.length; user++) {
        const end = batch.offsets[user + 1]! - 1;
        const seen = batch.item.slice(batch.offsets[user], end);
        tests.push({ user, item: batch.item[end]!, seen });
        before.user.push(...Array.from(seen, () => user));
        before.item.push(...seen);
      }
    }
    const none = new Float64Array(before.item.length).fill(NaN);
    known = {
      ...train,
      user: Int32Array.from(before.user),
      item: Int32Array.from(before.item),
      rating: none,
      time: none,
    };
  });
  afterAll(() => log?.close());

  /** Mean ndcg@10 and share of users whose item is among the first ten. */
  function measure(baseline: Pick<Baseline, "fit">, rows: TrainData): [number, number] {
    const fitted = baseline.fit(rows, { seed: 1 });
    const all = Int32Array.from({ length: rows.itemCount }, (_, i) => i);
    let [gain, hits] = [0, 0];
    for (const { user, item, seen } of tests) {
      const scores = fitted.score(user, all);
      for (const own of seen) scores[own] = -Infinity;
      const { greater, equal } = rankOf(scores, item);
      const rank = greater + 1 + equal / 2;
      if (rank > 10) continue;
      gain += 1 / Math.log2(rank + 1);
      hits++;
    }
    return [gain / tests.length, hits / tests.length];
  }

  test("has every user", () => {
    expect([tests.length, train.itemCount, train.user.length]).toEqual([943, 1682, 98_114]);
  });

  test("popularity", () => {
    const [ndcg, hits] = measure(popularity, train);
    expect(Math.abs(ndcg - 0.0436)).toBeLessThan(0.0005);
    expect(hits).toBeCloseTo(0.0838, 4);
  });

  test.each<[string, Pick<Baseline, "fit">, number, number]>([
    ["ease, λ = 500", makeEase(500), 0.0737, 0.1453],
    ["ease, λ = 250", makeEase(250), 0.0728, 0.14],
    [
      "item-knn, k = 20 of history",
      withParams(itemKnn, { k: 20, neighboursOf: "history" }),
      0.059,
      0.1209,
    ],
    ["item-knn, k = 20 of target", withParams(itemKnn, { k: 20 }), 0.068, 0.1336],
    ["co-occurrence", coOccurrence, 0.0997, 0.1919],
    ["markov", markov, 0.0686, 0.1273],
  ])("%s", { timeout: 60_000 }, (_, baseline, expected, expectedHits) => {
    const [ndcg, hits] = measure(baseline, known);
    expect(Math.abs(ndcg - expected)).toBeLessThan(0.0005);
    expect(hits).toBeCloseTo(expectedHits, 4);
  });
});
