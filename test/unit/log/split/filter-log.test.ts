import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { countOutweighed, filterLog } from "../../../../src/log/split/filter-log.ts";
import { filterSchema } from "../../../../src/log/split/recipe.ts";
import { errorOf, openTiny, rowsOf, withLog } from "../open-texts.ts";

const loose = { minUser: 0, dedup: "none" as const };
type Filter = z.input<typeof filterSchema>;

async function keptOf(filter: Filter, seed = 1, threads = 1) {
  const log = await openTiny({ threads });
  try {
    const steps = await filterLog(
      log.connection,
      filterSchema.parse({ ...loose, ...filter }),
      seed,
    );
    const rows = await rowsOf(log, `SELECT "user", item, "row" FROM kept ORDER BY "row"`);
    return { steps, rows: rows.map((r) => `${String(r[0])} ${String(r[1])} ${String(r[2])}`) };
  } finally {
    log.close();
  }
}

describe("filterLog", () => {
  test("keeps everything with nothing asked", async () => {
    expect((await keptOf({})).rows).toHaveLength(13);
  });

  test("keeps the last or the first of repeats in (time, row) order", async () => {
    const last = (await keptOf({ dedup: "last" })).rows;
    expect(last).toContain("bob f1 10");
    expect(last).not.toContain("bob f1 5");
    expect((await keptOf({ dedup: "first" })).rows).toContain("bob f1 5");
  });

  test("keeps the strongest of repeats, of equal ones the last, and counts what another outweighs", async () => {
    const rows = ["u,i,e,t", "a,x,buy,1", "a,x,view,2", "a,y,view,1", "a,y,view,2", "b,x,view,1"];
    const recipe = {
      format: "csv" as const,
      columns: { interactions: { file: "e.csv", user: "u", item: "i", event: "e", time: "t" } },
      feedback: { view: 1, buy: 5 },
    };
    await withLog(
      { "e.csv": `${rows.join("\n")}\n` },
      async (log) => {
        for (const [dedup, kept, outweighed] of [
          ["last", ["1", "3", "4"], 1],
          ["first", ["0", "2", "4"], 0],
          ["strongest", ["0", "3", "4"], 0],
        ] as const) {
          await filterLog(log.connection, filterSchema.parse({ ...loose, dedup }), 1);
          const found = await rowsOf(log, `SELECT "row" FROM kept ORDER BY "row"`);
          expect(found.flat().map(String)).toEqual(kept);
          expect(await countOutweighed(log.connection)).toBe(outweighed);
        }
      },
      recipe,
    );
  });

  test("drops low ratings and rows outside [since, until)", async () => {
    expect((await keptOf({ minRating: 5 })).rows).toEqual(["ann f1 0", "bob f3 7", "cho f9 12"]);
    expect((await keptOf({ since: 190, until: 300 })).rows).toEqual([
      "ann f2 1",
      "ann f3 2",
      "bob f6 9",
      "bob f1 10",
    ]);
    expect((await keptOf({ since: "1970-01-01T00:05:00Z" })).rows).toEqual([
      "ann f4 3",
      "ann f5 4",
    ]);
  });

  test("drops the middle of the ratings, and what has none", async () => {
    const { rows, steps } = await keptOf({ likes: { from: 4, dislikeUpTo: 2 } });
    expect(rows).toEqual([
      "ann f1 0",
      "ann f3 2",
      "ann f4 3",
      "ann f5 4",
      "bob f1 5",
      "bob f2 6",
      "bob f3 7",
      "bob f4 8",
      "bob f1 10",
      "cho f2 11",
      "cho f9 12",
    ]);
    expect(steps[0]!.reason).toBe("middle-rating");
    const crossed = { likes: { from: 3, dislikeUpTo: 3 } };
    expect(filterSchema.safeParse(crossed).success).toBe(false);
  });

  test("iterates k-core to its fixed point", async () => {
    // Dropping cho (2 rows) and f5, f6, f9 (1 row) leaves ann and bob with f1 to f4.
    const { rows, steps } = await keptOf({ kCore: 2, minUser: 3, dedup: "last" });
    expect(rows.map((r) => r.slice(0, 6))).toEqual([
      "ann f1",
      "ann f2",
      "ann f3",
      "ann f4",
      "bob f2",
      "bob f3",
      "bob f4",
      "bob f1",
    ]);
    expect(steps.map((s) => [s.reason, s.lost])).toEqual([
      ["repeat", { users: 0, items: 0, interactions: 1 }],
      ["k-core", { users: 1, items: 3, interactions: 4 }],
      ["min-user-item", { users: 0, items: 0, interactions: 0 }],
    ]);
  });

  test("samples users by seed, alike at any thread count", async () => {
    const users = async (seed: number, threads: number) =>
      [
        ...new Set(
          (await keptOf({ sampleUsers: 1 }, seed, threads)).rows.map((r) => r.split(" ")[0]),
        ),
      ].join();
    const drawn = await Promise.all(Array.from({ length: 12 }, (_, seed) => users(seed, 1)));
    expect(new Set(drawn).size).toBeGreaterThan(1);
    expect(await users(5, 8)).toBe(drawn[5]);
  });

  test("samples among users that minUser keeps", async () => {
    for (const seed of [1, 2, 3, 4]) {
      const { rows } = await keptOf({ sampleUsers: 2, minUser: 5 }, seed);
      expect(new Set(rows.map((r) => r.split(" ")[0]))).toEqual(new Set(["ann", "bob"]));
    }
  });

  test("refuses to leave nothing, telling what each filter took", async () => {
    const error = await errorOf(keptOf({ minRating: 3, minUser: 50 }));
    expect(error).toMatchObject({ exitCode: 3, code: "filter-nothing-left" });
    expect(error.message).toContain("min-rating took 5, min-user-item took 8");
  });

  test("k-core leaves what removing offenders one at a time leaves", async () => {
    const pairs = fc.uniqueArray(fc.tuple(fc.nat(5), fc.nat(5)), {
      minLength: 1,
      selector: String,
    });
    await withLog({ "ratings.csv": "user,item,rating,time\na,b,1,1\n" }, async (log) => {
      const filter = filterSchema.parse({ ...loose, kCore: 2 });
      await fc.assert(
        fc.asyncProperty(pairs, async (rows) => {
          const values = rows.map(([u, i], r) => `('u${u}', 'i${i}', 1, 1, ${r})`).join(", ");
          await log.connection.run(
            `DELETE FROM interactions; INSERT INTO interactions VALUES ${values}`,
          );
          const expected = coreOf(rows, 2);
          if (expected.length === 0) {
            expect(await errorOf(filterLog(log.connection, filter, 1))).toMatchObject({
              exitCode: 3,
            });
            return;
          }
          await filterLog(log.connection, filter, 1);
          const kept = await rowsOf(log, `SELECT "user", item FROM kept ORDER BY "row"`);
          expect(kept).toEqual(expected.map(([u, i]) => [`u${u}`, `i${i}`]));
        }),
        { numRuns: 20 },
      );
    });
  });
});

/** The k-core by removing one offending row at a time. */
function coreOf(rows: [number, number][], k: number): [number, number][] {
  const bad = rows.findIndex(
    ([u, i]) =>
      rows.filter((r) => r[0] === u).length < k || rows.filter((r) => r[1] === i).length < k,
  );
  return bad < 0 ? rows : coreOf(rows.toSpliced(bad, 1), k);
}
