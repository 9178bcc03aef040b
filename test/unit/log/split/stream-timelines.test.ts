import fc from "fast-check";
import { expect, test } from "vitest";
import { streamTimelines } from "../../../../src/log/split/stream-timelines.ts";
import { timelinesOf } from "../../../../src/log/split/timeline.ts";
import type { TimelineBatch } from "../../../../src/log/split/timeline.ts";
import { collect, openTiny, split, withLog } from "../open-texts.ts";

/** Rows of all batches as plain values. */
function rowsOf(batches: TimelineBatch[]): unknown[][] {
  return batches.flatMap((batch) =>
    [...timelinesOf(batch)].flatMap(({ user, start, end }) =>
      Array.from({ length: end - start }, (_, i) => {
        const r = start + i;
        return [user, batch.item[r], batch.time[r], batch.rating[r], batch.row[r], batch.split[r]];
      }),
    ),
  );
}

test("streams whole users in total order, with reviews by language", async () => {
  const log = await openTiny();
  const batches = await collect(streamTimelines(await split(log), { batchRows: 1 }));
  expect(batches.map((b) => [b.users, [...b.offsets]])).toEqual([
    [["ann"], [0, 5]],
    [["bob"], [0, 5]],
  ]);
  expect(batches[0]).toMatchObject({
    item: Int32Array.of(0, 1, 2, 3, 4),
    time: Float64Array.of(100, 200, 200, 300, 300),
    rating: Float64Array.of(5, 3, 4, 1, 2),
    split: Uint8Array.of(0, 0, 0, 1, 2),
    review: {
      en: ["Slow,\nbut it stays.", null, null, null, null],
      ko: ["느리지만\n남는다.", null, null, "별로", null],
    },
  });
  log.close();
});

test("gives NaN for missing times and ratings, and null for missing reviews", async () => {
  const columns = { interactions: { file: "r.csv", user: "u", item: "i" } };
  await withLog(
    { "r.csv": "u,i\na,x\n" },
    async (log) => {
      const [batch] = await collect(
        streamTimelines(await split(log, { minUser: 0 }), { batchRows: 10 }),
      );
      expect(batch).toMatchObject({
        time: Float64Array.of(NaN),
        rating: Float64Array.of(NaN),
        review: null,
      });
    },
    { columns },
  );
});

test("gives the same rows whatever the batch size and the threads", async () => {
  const rows = Array.from(
    { length: 9000 },
    (_, r) => `u${(r * 7919) % 611},i${(r * 31) % 97},${(r % 5) + 1},${(r * 13) % 50}`,
  );
  const files = { "ratings.csv": `user,item,rating,time\n${rows.join("\n")}\n` };
  const reference = await withLog(files, async (log) =>
    rowsOf(await collect(streamTimelines(await split(log, { dedup: "none" }), { batchRows: 1e6 }))),
  );
  expect(reference).toHaveLength(9000);
  const times = reference.map((r) => [r[0], r[2], r[4]] as [string, number, number]);
  for (let r = 1; r < times.length; r++) {
    const [a, b] = [times[r - 1]!, times[r]!];
    expect(a[0] < b[0] || (a[0] === b[0] && (a[1] < b[1] || (a[1] === b[1] && a[2] < b[2])))).toBe(
      true,
    );
  }
  for (const threads of [2, 8]) {
    await withLog(
      files,
      async (log) => {
        const result = await split(log, { dedup: "none" });
        await fc.assert(
          fc.asyncProperty(fc.integer({ min: 1, max: 5000 }), async (batchRows) => {
            const batches = await collect(streamTimelines(result, { batchRows }));
            expect(rowsOf(batches)).toEqual(reference);
            expect(batches.slice(0, -1).every((b) => b.item.length >= batchRows)).toBe(true);
          }),
          { numRuns: 5 },
        );
      },
      undefined,
      { threads },
    );
  }
});
