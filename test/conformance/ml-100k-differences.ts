// Real per-user differences to try intervals on: NDCG@10 of EASE less that of item-knn on MovieLens 100K, leave-one-out,
// full ranking, everything before the target known and masked.

import { join } from "node:path";
import { judgeOne } from "../../src/base/metric/index.ts";
import { ndcg } from "../../src/base/metric/ndcg.ts";
import { makeEase } from "../../src/log/baseline/ease.ts";
import { itemKnn } from "../../src/log/baseline/item-knn.ts";
import { loadTrain } from "../../src/log/baseline/load-train.ts";
import { openLog } from "../../src/log/reader/open-log.ts";
import { logSchema } from "../../src/log/reader/recipe.ts";
import { filterSchema } from "../../src/log/split/recipe.ts";
import { splitLog } from "../../src/log/split/split-log.ts";
import { streamTimelines } from "../../src/log/split/stream-timelines.ts";
import { openOptions } from "../unit/log/open-texts.ts";

/** One difference a user; `data` is the folder that holds ml-100k. */
export async function readDifferences(data: string): Promise<Float64Array> {
  const log = await openLog(
    logSchema.parse({ format: "movielens", path: join(data, "ml-100k") }),
    openOptions(data, { threads: 2 }),
  );
  try {
    const split = await splitLog(log, {
      filter: filterSchema.parse({ minUser: 0, dedup: "none" }),
      split: { by: "leave-one-out" },
      seed: 1,
    });
    const { userCount, itemCount } = await loadTrain(split);
    const seen: { user: number; items: Int32Array; target: number }[] = [];
    for await (const batch of streamTimelines(split, { batchRows: 1e9 })) {
      for (let user = 0; user < batch.users.length; user++) {
        const end = batch.offsets[user + 1]! - 1;
        const items = batch.item.slice(batch.offsets[user], end);
        seen.push({ user, items, target: batch.item[end]! });
      }
    }
    const item = Int32Array.from(seen.flatMap(({ items }) => Array.from(items)));
    const user = Int32Array.from(seen.flatMap((one) => Array.from(one.items, () => one.user)));
    const none = new Float64Array(item.length).fill(NaN);
    const known = { userCount, itemCount, user, item, rating: none, time: none };
    const fitted = [makeEase(500).fit(known, { seed: 1 }), itemKnn.fit(known, { seed: 1 })];
    const all = Int32Array.from({ length: itemCount }, (_, i) => i);
    return Float64Array.from(seen, ({ user: own, items, target }) => {
      const [ease, knn] = fitted.map((system) => {
        const scores = system.score(own, all);
        for (const masked of items) if (masked !== target) scores[masked] = -Infinity;
        return ndcg.of(judgeOne(scores, target), 10);
      });
      return ease! - knn!;
    });
  } finally {
    log.close();
  }
}
