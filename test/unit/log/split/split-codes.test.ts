import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { filterSchema, splitSchema } from "../../../../src/log/split/recipe.ts";
import { splitLog, type SplitLog } from "../../../../src/log/split/split-log.ts";
import { errorOf, plainColumns, rowsOf, withLog } from "../open-texts.ts";

type SplitInput = z.input<typeof splitSchema>;
type Row = [user: string, item: string, time: number];

const textOf = (rows: Row[]): string =>
  `user,item,rating,time\n${rows.map(([u, i, t]) => `${u},${i},3,${t}\n`).join("")}`;

/** Splits the rows and hands over what became of them. */
function withSplit<T>(
  rows: Row[],
  recipe: SplitInput,
  use: (split: SplitLog) => Promise<T>,
  { threads = 1, seed = 1 } = {},
): Promise<T> {
  return withLog(
    { "ratings.csv": textOf(rows) },
    async (log) =>
      use(
        await splitLog(log, {
          filter: filterSchema.parse({ minUser: 0, dedup: "none" }),
          split: splitSchema.parse(recipe),
          seed,
        }),
      ),
    { format: "csv", columns: plainColumns },
    { threads },
  );
}

/** Split codes by row of the input, as one text: "0012". */
const codesOf = (rows: Row[], recipe: SplitInput, options = {}): Promise<string> =>
  withSplit(
    rows,
    recipe,
    async (split) =>
      (await rowsOf(split, `SELECT split FROM timelines ORDER BY "row"`)).flat().join(""),
    options,
  );

/** One user with a row at each of the times. */
const userAt = (user: string, ...times: number[]): Row[] =>
  times.map((time, i) => [user, `${user}${i}`, time]);

describe("leave-last", () => {
  test("takes n rows for test and those before for validation", async () => {
    const rows = [...userAt("a", 1, 2, 3, 4, 5), ...userAt("b", 1, 2, 3)];
    expect(await codesOf(rows, { by: "leave-last", n: 2, validation: 1 })).toBe("00122" + "000");
    expect(await codesOf(rows, { by: "leave-last", n: 1, validation: 0 })).toBe("00002" + "002");
    expect(await codesOf(rows, { by: "leave-last" })).toBe(
      await codesOf(rows, { by: "leave-one-out" }),
    );
  });
});

describe("time", () => {
  const rows = [...userAt("a", 1, 2, 8, 9), ...userAt("b", 3, 4, 5, 6, 7, 10)];

  test("cuts all users at the same two moments", async () => {
    expect(await codesOf(rows, { by: "time", at: [8, 10] })).toBe("0011" + "000002");
    expect(await codesOf(rows, { by: "time", at: ["1970-01-01T00:00:08Z", 9] })).toBe(
      "0012" + "000002",
    );
  });

  test("cuts by shares; rows of one moment stay together", async () => {
    expect(await codesOf(rows, { by: "time" })).toBe("0001" + "000002");
    const tied = userAt("a", 1, 1, 1, 1, 1, 1, 1, 2, 2, 2);
    expect(await codesOf(tied, { by: "time", shares: [8, 1, 1] })).toBe("0000000222");
    expect(await codesOf(rows, { by: "time", shares: [1, 0, 0] })).toBe("0".repeat(10));
  });

  test("refuses moments that leave nothing to train on, and both ways at once", async () => {
    const error = await errorOf(codesOf(rows, { by: "time", at: [0, 5] }));
    expect(error).toMatchObject({ code: "split-train-empty", exitCode: 3 });
    expect(splitSchema.safeParse({ by: "time", at: [1, 2], shares: [8, 1, 1] }).success).toBe(
      false,
    );
  });

  test("needs times, as sessions do", async () => {
    const interactions = { file: "ratings.csv", user: "user", item: "item" };
    for (const recipe of [{ by: "time" }, { by: "session" }] as const) {
      const error = await withLog(
        { "ratings.csv": textOf(rows) },
        (log) =>
          errorOf(
            splitLog(log, {
              filter: filterSchema.parse({}),
              split: splitSchema.parse(recipe),
              seed: 1,
            }),
          ),
        { columns: { interactions } },
      );
      expect(error).toMatchObject({ code: "split-needs-time", exitCode: 2 });
    }
  });
});

describe("ratio", () => {
  test("cuts each user's rows by their number", async () => {
    const rows = [...userAt("a", 5, 4, 3, 2, 1), ...userAt("b", 1, 2)];
    const recipe: SplitInput = { by: "ratio", shares: [3, 1, 1] };
    expect(await codesOf(rows, recipe)).toBe("21000" + "02");
  });

  test("cuts all rows in one line, by time or by users as the input names them", async () => {
    const rows = [...userAt("z", 7, 8, 9), ...userAt("a", 1, 2, 3, 4)];
    const whole: SplitInput = { by: "ratio", groupBy: "none", shares: [4, 2, 1] };
    expect(await codesOf(rows, whole)).toBe("112" + "0000");
    expect(await codesOf(rows, { ...whole, order: "first-seen" })).toBe("000" + "0112");
  });

  test("keeps the last targets with enough before them; the others are context", async () => {
    const rows = [...userAt("z", 3, 2, 1), ...userAt("m", 1), ...userAt("a", 1, 2, 3, 4, 5)];
    const recipe: SplitInput = {
      by: "ratio",
      groupBy: "none",
      order: "first-seen",
      minHistory: 1,
      last: 5,
      shares: [3, 1, 1],
    };
    // Targets in order: z at 2 and 3, a at 2, 3, 4 and 5; the last five of them are cut 3:1:1.
    expect(await codesOf(rows, recipe)).toBe("033" + "3" + "30012");
    await withSplit(rows, recipe, async (split) => {
      const users = await rowsOf(
        split,
        `SELECT DISTINCT userIndex, "user" FROM timelines ORDER BY 1`,
      );
      expect(users).toEqual([
        [0, "z"],
        [1, "m"],
        [2, "a"],
      ]);
      expect(split.sizes).toEqual({
        train: { users: 2, items: 3, interactions: 3 },
        validation: { users: 1, items: 1, interactions: 1 },
        test: { users: 1, items: 1, interactions: 1 },
        context: { users: 3, items: 4, interactions: 4 },
      });
    });
  });
});

describe("users", () => {
  const rows = Array.from({ length: 20 }, (_, u) => userAt(`u${u}`, 1, 2)).flat();

  test("keeps users whole, in exact shares, by the seed", async () => {
    const codes = await codesOf(rows, { by: "users", shares: [7, 2, 1] });
    const pairs = codes.match(/../g)!;
    expect(pairs.every(([a, b]) => a === b)).toBe(true);
    expect([0, 1, 2].map((c) => pairs.filter((p) => p === `${c}${c}`).length)).toEqual([14, 4, 2]);
    expect(await codesOf(rows, { by: "users", shares: [7, 2, 1] }, { seed: 2 })).not.toBe(codes);
  });
});

describe("random", () => {
  const rows = userAt("a", ...Array.from({ length: 60 }, (_, i) => i));

  test("tests every row in exactly one fold, and validates on the next", async () => {
    const folds = await Promise.all(
      [0, 1, 2].map((fold) => codesOf(rows, { by: "random", folds: 3, fold })),
    );
    for (let r = 0; r < rows.length; r++) {
      expect(new Set(folds.map((codes) => codes[r])).size).toBe(3);
      expect(folds[0]![r] === "1").toBe(folds[1]![r] === "2");
    }
    expect(splitSchema.safeParse({ by: "random", folds: 3, fold: 3 }).success).toBe(false);
  });
});

describe("session", () => {
  test("takes the last session of a user, wherever it begins", async () => {
    const rows = [...userAt("a", 0, 60, 4000, 4060, 9000, 9060), ...userAt("b", 0, 4000)];
    expect(await codesOf(rows, { by: "session", gapMinutes: 30 })).toBe("001122" + "00");
    // A gap of just the length is no new session.
    const even = userAt("a", 0, 60, 120, 181, 242);
    expect(await codesOf(even, { by: "session", gapMinutes: 1 })).toBe("00012");
  });
});

describe("trainAfterTest", () => {
  test("counts train rows later than the first test row", async () => {
    const rows = [...userAt("a", 1, 2, 3), ...userAt("b", 2, 4, 5, 6)];
    await withSplit(rows, { by: "leave-one-out" }, async (split) => {
      expect(split.trainAfterTest).toEqual({ count: 1, share: 1 / 3 });
    });
    await withSplit(rows, { by: "time" }, async (split) => {
      expect(split.trainAfterTest).toEqual({ count: 0, share: 0 });
    });
  });
});

const anySplit: SplitInput[] = [
  { by: "leave-one-out" },
  { by: "leave-last", n: 2, validation: 2 },
  { by: "time", shares: [6, 2, 2] },
  { by: "ratio", shares: [6, 2, 2] },
  { by: "ratio", groupBy: "none", order: "first-seen", minHistory: 2, last: 40, shares: [2, 1, 1] },
  { by: "users", shares: [6, 2, 2] },
  { by: "random", folds: 5, fold: 2 },
  { by: "session", gapMinutes: 0.05 },
];

/** [row, user, place of the user, code] of every row, for each of the splits; or the code of its error. */
type Coded = string | [number, string, number, number][];
const codeAll = (rows: Row[], threads: number): Promise<Coded[]> =>
  withLog(
    { "ratings.csv": textOf(rows) },
    async (log) => {
      const coded: Coded[] = [];
      for (const recipe of anySplit) {
        const options = {
          filter: filterSchema.parse({ minUser: 0, dedup: "none" }),
          split: splitSchema.parse(recipe),
          seed: 1,
        };
        const sql = `SELECT "row"::INTEGER, "user", userIndex, split FROM timelines`;
        const result = splitLog(log, options).then((split) => rowsOf(split, sql));
        coded.push((await result.catch((error: { code: string }) => error.code)) as Coded);
      }
      return coded;
    },
    { format: "csv", columns: plainColumns },
    { threads },
  );

describe("any log", () => {
  const users = fc.nat(5).map((u) => `u${u}`);
  const row = fc.tuple(users, fc.nat(9).map(String), fc.nat(30));
  const rows = fc.array(row, { minLength: 12, maxLength: 60 });

  test(
    "gives every row one code, the same at any number of threads",
    { timeout: 30_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(rows, async (list: Row[]) => {
          const first = await codeAll(list, 1);
          for (const threads of [2, 8]) expect(await codeAll(list, threads)).toEqual(first);
          for (const [at, table] of first.entries()) {
            const { by } = anySplit[at]!;
            if (typeof table === "string") {
              expect(table).toBe("split-train-empty");
              continue;
            }
            expect(table.map(([r]) => r).sort((a, b) => a - b)).toEqual([...list.keys()]);
            for (const [r, , , code] of table) {
              expect(by === "ratio" ? [0, 1, 2, 3] : [0, 1, 2]).toContain(code);
              if (by !== "time") continue;
              for (const [s, , , later] of table) {
                if (later > code) expect(list[r]![2]).toBeLessThan(list[s]![2]);
              }
            }
          }
        }),
        { numRuns: 4 },
      );
    },
  );
});
