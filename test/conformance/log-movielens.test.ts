// The log floor on the MovieLens files themselves: counts that their READMEs state, and figures measured on them.
// The files are looked for in RECTUNE_TEST_DATA (default ../shared); without them the tests skip by name, unless
// RECTUNE_NO_SKIP=1.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { silentLogger } from "../../src/base/logger.ts";
import { itemKnn, makeItemKnn } from "../../src/log/baseline/item-knn.ts";
import { popularity } from "../../src/log/baseline/popularity.ts";
import type { Baseline, TrainData } from "../../src/log/baseline/types.ts";
import { makeCatalog } from "../../src/log/catalog/catalog.ts";
import { makeGrounder } from "../../src/log/catalog/ground.ts";
import { openLog } from "../../src/log/reader/open-log.ts";
import { logSchema } from "../../src/log/reader/recipe.ts";
import { loadCatalogData } from "../../src/log/split/load-catalog-data.ts";
import { filterSchema } from "../../src/log/split/recipe.ts";
import { splitLog } from "../../src/log/split/split-log.ts";
import { streamTimelines } from "../../src/log/split/stream-timelines.ts";
import type { TimelineBatch } from "../../src/log/split/timeline.ts";

const root = join(import.meta.dirname, "../..");
const data = join(process.env["RECTUNE_TEST_DATA"] ?? join(root, "../shared"), "data");
const mustRun = process.env["RECTUNE_NO_SKIP"] === "1";
const lacks = (name: string): boolean => !mustRun && !existsSync(join(data, name));

async function readSplit(name: string, threads: number) {
  const log = await openLog(logSchema.parse({ path: name }), {
    baseDir: data,
    threads,
    signal: new AbortController().signal,
    log: silentLogger,
  });
  try {
    const split = await splitLog(log, {
      filter: filterSchema.parse({}),
      split: { by: "leave-one-out" },
      seed: 1,
    });
    const [batch] = await Array.fromAsync(streamTimelines(split, { batchRows: 1e9 }));
    return { log, split, catalog: await loadCatalogData(split), batch: batch! };
  } finally {
    log.close();
  }
}

describe.skipIf(lacks("ml-100k"))("ml-100k", () => {
  test("has the users, items and ratings of its README, and 415 users with a tied last pair", async () => {
    const { log, split, catalog } = await readSplit("ml-100k", 2);
    expect([log.reader, log.counts.rejected, log.notes]).toEqual(["movielens", {}, []]);
    expect(split.counts).toEqual({
      users: 943,
      items: 1682,
      interactions: 100_000,
      perSplit: { train: 98_114, validation: 943, test: 943 },
    });
    expect(split.tieShare).toBe(415 / 943);
    expect(split.scale).toEqual([1, 2, 3, 4, 5]);
    expect(log.license).toContain("may not be redistributed");
    const title = (id: string) => catalog.title[catalog.ids.indexOf(id)];
    expect(title("543")).toBe("Misérables, Les (1995)");
    expect(title("1104")).toBe("C'est arrivé près de chez vous (1992)");
    expect(catalog.genres[catalog.ids.indexOf("1")]).toEqual(["Animation", "Children's", "Comedy"]);
  });

  test("gives the same timelines at 1, 2 and 8 threads", async () => {
    const [one, two, eight] = [
      await readSplit("ml-100k", 1),
      await readSplit("ml-100k", 2),
      await readSplit("ml-100k", 8),
    ];
    expect(two.batch).toEqual(one.batch);
    expect(eight.batch).toEqual(one.batch);
    // By hand: awk '$1==196' u.data | sort -k4n -s | tail -2 gives items 94 and 110 as user 196's last two.
    const { catalog, batch } = one;
    const end = batch.offsets[batch.users.indexOf("196") + 1]!;
    expect([end - 2, end - 1].map((r) => [catalog.ids[batch.item[r]!], batch.split[r]])).toEqual([
      ["94", 1],
      ["110", 2],
    ]);
  });

  test("grounds every label that no other item shares", async () => {
    const { catalog } = await readSplit("ml-100k", 2);
    const held = makeCatalog(catalog);
    const grounder = makeGrounder(held, ["en"]);
    const labels = catalog.ids.map((_, i) => held.label(i, "en"));
    const shared = labels.filter((label, i) => labels.indexOf(label) !== i);
    const missed = labels.filter(
      (label, i) => !shared.includes(label) && grounder.ground(label)?.index !== i,
    );
    expect(missed).toEqual([]);
    expect(shared).toHaveLength(18);
  });

  test("popularity and item-knn rank as RecBole's models would: train only, train and validation masked", async () => {
    const { catalog, batch } = await readSplit("ml-100k", 2);
    const owner = Int32Array.from(
      batch.users.flatMap((_, u) => Array.from({ length: sizeOf(batch, u) }, () => u)),
    );
    const train = [...owner.keys()].filter((r) => batch.split[r] === 0);
    const columns: TrainData = {
      userCount: batch.users.length,
      itemCount: catalog.ids.length,
      user: Int32Array.from(train, (r) => owner[r]!),
      item: Int32Array.from(train, (r) => batch.item[r]!),
      rating: Float64Array.from(train, (r) => batch.rating[r]!),
      time: Float64Array.from(train, (r) => batch.time[r]!),
    };
    const every = Int32Array.from(catalog.ids.keys());
    const rank = (baseline: Baseline): { hit: number; ndcg: number } => {
      const fitted = baseline.fit(columns, { seed: 1 });
      let [hits, gain] = [0, 0];
      batch.users.forEach((_, u) => {
        const scores = fitted.score(u, every);
        const end = batch.offsets[u + 1]!;
        for (let r = batch.offsets[u]!; r < end - 1; r++) scores[batch.item[r]!] = -Infinity;
        const own = scores[batch.item[end - 1]!]!;
        const above = scores.filter((s) => s > own).length;
        if (above >= 10) return;
        hits++;
        gain += 1 / Math.log2(above + 2);
      });
      return { hit: hits / batch.users.length, ndcg: gain / batch.users.length };
    };
    // Figures of an independent dense computation of RecBole's definition; popularity lies in a range, by tie order.
    const knn100 = rank(makeItemKnn(100));
    expect(knn100.hit).toBeCloseTo(0.1124, 4);
    expect(knn100.ndcg).toBeCloseTo(0.0619, 4);
    const knn20 = rank(itemKnn);
    expect(knn20.hit).toBeCloseTo(0.1315, 4);
    expect(knn20.ndcg).toBeCloseTo(0.0678, 4);
    const pop = rank(popularity);
    expect(pop.hit).toBeGreaterThanOrEqual(0.0838);
    expect(pop.hit).toBeLessThanOrEqual(0.0859);
  });
});

const sizeOf = (batch: TimelineBatch, u: number): number =>
  batch.offsets[u + 1]! - batch.offsets[u]!;

describe.skipIf(lacks("ml-latest-small"))("ml-latest-small", () => {
  test("has the users and ratings of its README", async () => {
    const { log, split, catalog } = await readSplit("ml-latest-small", 2);
    expect([log.counts.interactions, log.counts.items, log.counts.rejected]).toEqual([
      100_836,
      9742,
      {},
    ]);
    expect([split.counts.users, split.counts.items, split.counts.interactions]).toEqual([
      610, 9724, 100_836,
    ]);
    expect(split.scale).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]);
    expect(catalog.title[catalog.ids.indexOf("73")]).toBe("Misérables, Les (1995)");
  });
});
