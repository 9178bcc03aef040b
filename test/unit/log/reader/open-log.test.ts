import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { openLog, type OpenLog } from "../../../../src/log/reader/open-log.ts";
import { logSchema, type LogRecipe } from "../../../../src/log/reader/recipe.ts";
import {
  collect,
  errorOf,
  fixtures,
  openOptions,
  openTiny,
  plainColumns,
  rowsOf,
  tinyColumns,
  withFiles,
  withLog,
} from "../open-texts.ts";

const header = "user,item,rating,time\n";
const good = (n: number): string =>
  Array.from({ length: n }, (_, i) => `u${i},i${i},3,${i}\n`).join("");

describe("openLog", () => {
  test("reads a log with items in two languages and reviews", async () => {
    const log = await openTiny();
    expect(log.reader).toBe("csv");
    expect(log.inputs.map((i) => i.file)).toEqual(["films.csv", "ratings.csv", "reviews.csv"]);
    expect(log.counts).toEqual({ read: 13, interactions: 13, items: 7, reviews: 4, rejected: {} });
    expect([log.hasTime, log.hasRating, log.hasReview]).toEqual([true, true, ["en", "ko"]]);
    expect(await rowsOf(log, "FROM interactions LIMIT 1")).toEqual([["ann", "f1", "100", 5, "0"]]);
    expect(
      await rowsOf(
        log,
        `SELECT title, titles, year, genres, "text" FROM items WHERE id IN ('f1', 'f3')`,
      ),
    ).toEqual([
      [
        "Quiet, The Harbour",
        [
          { key: "en", value: "Quiet, The Harbour" },
          { key: "ko", value: "고요한 항구" },
        ],
        1999,
        ["Drama", "Mystery"],
        'A ship, "the Heron", returns.',
      ],
      ["Northbound", [{ key: "en", value: "Northbound" }], 2010, [], "A train."],
    ]);
    expect(await rowsOf(log, `SELECT lang, "text" FROM reviews ORDER BY "row"`)).toContainEqual([
      "ko",
      "느리지만\n남는다.",
    ]);
    expect(log.notes).toEqual([expect.objectContaining({ code: "item-undescribed", count: 1 })]);
    log.close();
  });

  test("counts and keeps every bad row with its file, line and reason", async () => {
    const rows = [
      "a,i1,3,1", // line 2
      "a,i2,NaN,2",
      "a,i3,3,soon",
      ",i4,3,4",
      "a,,3,5",
      "a,i6,3",
      'a,"i7"x,3,7',
      "a,i8,3,",
      "a,i9,,9", // kept, unrated
    ];
    await withLog(
      { "ratings.csv": header + rows.join("\n") },
      async (log) => {
        expect(log.counts).toMatchObject({ read: 9, interactions: 2 });
        expect(
          (await collect(log.rejects())).map((r) => [r.file, r.line, r.reason, r.text]),
        ).toEqual([
          ["ratings.csv", 3, "bad-rating", "a,i2,NaN,2"],
          ["ratings.csv", 4, "bad-time", "a,i3,3,soon"],
          ["ratings.csv", 5, "missing-user", ",i4,3,4"],
          ["ratings.csv", 6, "missing-item", "a,,3,5"],
          ["ratings.csv", 7, "wrong-field-count", "a,i6,3"],
          ["ratings.csv", 8, "bad-quotes", 'a,"i7"x,3,7'],
          ["ratings.csv", 9, "missing-time", "a,i8,3,"],
        ]);
        expect(await rowsOf(log, `SELECT item, rating, "row" FROM interactions`)).toEqual([
          ["i1", 3, "0"],
          ["i9", null, "8"],
        ]);
        expect(log.notes).toEqual([expect.objectContaining({ code: "rating-empty", count: 1 })]);
      },
      { format: "csv", columns: plainColumns, maxRejects: 1 },
    );
  });

  test("stops above maxRejects, naming the first bad line; not at it", async () => {
    const files = { "ratings.csv": `${header}${good(97)}a,i,x,1\na,i,y,1\na,b\n` };
    const recipe = (maxRejects: number) => ({
      format: "csv" as const,
      columns: plainColumns,
      maxRejects,
    });
    const error = await errorOf(withLog(files, async () => {}, recipe(0.02)));
    expect(error).toMatchObject({
      exitCode: 3,
      code: "log-too-many-rejects",
      where: "ratings.csv:99",
    });
    expect(error.message).toContain("3 of 100");
    expect(error.message).toContain("bad-rating 2, wrong-field-count 1");
    expect(await withLog(files, async (log) => log.counts.interactions, recipe(0.03))).toBe(97);
  });

  test("counts rows over all files in the order of their names", async () => {
    const files = {
      "r-2.csv": `${header}z,i,1,1\n`,
      "r-10.csv": `${header}a,i,1,1\na,bad\na,j,1,1\n`,
    };
    const columns = { interactions: { ...plainColumns.interactions, file: "r-*.csv" } };
    await withLog(
      files,
      async (log) => {
        expect(
          await rowsOf(log, `SELECT "user", item, "row" FROM interactions ORDER BY "row"`),
        ).toEqual([
          ["a", "i", "0"],
          ["a", "j", "2"],
          ["z", "i", "3"],
        ]);
      },
      { format: "csv", columns, maxRejects: 1 },
    );
  });

  test("numbers rows alike at 1, 2 and 8 threads", async () => {
    const files = { "ratings.csv": header + good(5000) };
    const seen = [];
    for (const threads of [1, 2, 8]) {
      seen.push(
        await withLog(files, (log) => rowsOf(log, "FROM interactions"), undefined, { threads }),
      );
    }
    expect(seen[0]).toHaveLength(5000);
    expect(seen[0]![4999]).toEqual(["u4999", "i4999", "4999", 3, "4999"]);
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  test("keeps hostile text as it is", async () => {
    const id = `'); DROP TABLE items; --<script>|{{ x }}`;
    await withLog({ "ratings.csv": `${header}"${id}",../../etc,1,1\n` }, async (log) => {
      expect(await rowsOf(log, `SELECT "user", item FROM interactions`)).toEqual([
        [id, "../../etc"],
      ]);
    });
  });

  test("refuses weights of events where no column holds events", async () => {
    const { time: _, rating: __, ...interactions } = plainColumns.interactions;
    const files = { "ratings.csv": `${header}u1,i1,5,1\n` };
    const asked = { columns: { interactions }, feedback: { view: 1 } };
    const error = await errorOf(withLog(files, async () => {}, asked));
    expect(error).toMatchObject({ exitCode: 2, code: "log-feedback-event", where: "log.feedback" });
    expect(error.message).toContain("log.feedback needs log.columns.interactions.event");
    const layout = { "a.inter": "user_id:token\titem_id:token\n1\t2\n" };
    const other = await errorOf(
      withLog(layout, async () => {}, { format: "recbole", feedback: { a: 1 } }),
    );
    expect(other).toMatchObject({ code: "log-feedback-event" });
  });

  test("turns events into ratings by log.feedback and rejects unknown ones", async () => {
    const columns = { interactions: { file: "e.csv", user: "u", item: "i", event: "e" } };
    await withLog(
      { "e.csv": "u,i,e\na,x,view\na,y,buy\na,z,spin\na,w,constructor\n" },
      async (log) => {
        expect(await rowsOf(log, "SELECT rating FROM interactions")).toEqual([[1], [5]]);
        expect([log.counts.rejected, log.hasRating, log.hasTime]).toEqual([
          { "unknown-event": 2 },
          true,
          false,
        ]);
      },
      { format: "csv", columns, feedback: { view: 1, buy: 5 }, maxRejects: 1 },
    );
  });

  test("guesses columns that stand behind long ones", async () => {
    const wide = Array.from({ length: 900 }, (_, i) => `column_${i}`);
    const line = wide.map(() => "x").join(",");
    const text = "t".repeat(5000);
    const row = { user_id: "u1", item_id: "i1", text, rating: 4, timestamp: 100 };
    for (const files of [
      { "wide.csv": `user,${wide.join(",")},item,rating,time\nu1,${line},i1,4,100\n` },
      { "long.jsonl": `${JSON.stringify(row)}\n` },
    ] as Record<string, string>[])
      await withLog(
        files,
        async (log) => {
          expect([log.hasRating, log.hasTime]).toEqual([true, true]);
        },
        {},
      );
  });

  test("takes log.path to one file, gzipped files, and files in a subfolder", async () => {
    const text = `${header}a,i,1,1\n`;
    await withFiles({ "ratings.csv.gz": gzipSync(text), "one.csv": text }, async (dir) => {
      await mkdir(join(dir, "sub"));
      await writeFile(join(dir, "sub", "ratings.csv"), text);
      for (const [path, file] of [
        ["one.csv", "one.csv"],
        [".", "ratings.csv"],
        [".", "sub/ratings.csv"],
      ] as const) {
        const columns = { interactions: { ...plainColumns.interactions, file } };
        const log = await openLog(logSchema.parse({ path, columns }), openOptions(dir));
        expect(log.counts.interactions).toBe(1);
        expect(log.inputs[0]!.file).toBe(file === "ratings.csv" ? "ratings.csv.gz" : file);
        log.close();
      }
    });
  });

  test("reads times in milliseconds as such, and says so", async () => {
    await withLog(
      { "ratings.csv": `${header}a,i,1,1609459200123\na,j,1,2021-01-01\n` },
      async (log) => {
        expect(await rowsOf(log, `SELECT "time" FROM interactions`)).toEqual([
          ["1609459200"],
          ["1609459200"],
        ]);
        expect(log.notes).toEqual([
          expect.objectContaining({ code: "time-milliseconds", count: 1 }),
        ]);
      },
    );
  });

  test("keeps the first of items with the same id", async () => {
    const columns = { ...plainColumns, items: { file: "items.csv", id: "id", title: "t" } };
    await withLog(
      { "ratings.csv": `${header}a,1,1,1\n`, "items.csv": "id,t\n1,First\n1,Second\n" },
      async (log) => {
        expect(await rowsOf(log, "SELECT title FROM items")).toEqual([["First"]]);
        expect(log.notes).toEqual([expect.objectContaining({ code: "item-repeated", count: 1 })]);
      },
      { columns },
    );
  });
});

describe("openLog refuses", () => {
  const open = (path: string, extra: object = {}) =>
    errorOf(openLog(logSchema.parse({ path, ...extra }), openOptions(fixtures)));

  test.each([
    ["s3://bucket/log", "aws s3 cp --recursive s3://bucket/log"],
    ["gs://bucket/log", "gsutil cp -r gs://bucket/log"],
    ["https://x.org/a.csv", "curl -LO https://x.org/a.csv"],
    ["hf://datasets/org/name", "hf download org/name --repo-type dataset"],
  ])("%s with the command that copies it", async (path, command) => {
    const error = await open(path);
    expect(error).toMatchObject({ exitCode: 2, code: "log-path-remote" });
    expect(error.message).toContain(command);
  });

  test("a missing path, with the nearest name", async () => {
    const error = await open("tinny");
    expect(error).toMatchObject({ exitCode: 2, code: "log-path-missing" });
    expect(error.message).toContain("Did you mean tiny?");
  });

  test("a missing file, with the nearest name", async () => {
    const items = { ...tinyColumns.items, file: "film.csv" };
    const error = await open("tiny", { columns: { ...tinyColumns, items } });
    expect(error).toMatchObject({
      exitCode: 2,
      code: "log-file-missing",
      where: "log.columns.items.file",
    });
    expect(error.message).toContain("Did you mean films.csv?");
  });

  test("a wrong column, with the file, the nearest column and all of them", async () => {
    const interactions = { ...tinyColumns.interactions, rating: "ratings" };
    const error = await open("tiny", { columns: { interactions } });
    expect(error).toMatchObject({ exitCode: 2, where: "log.columns.interactions.rating" });
    expect(error.message).toContain("ratings.csv has no column ratings");
    expect(error.message).toContain("Did you mean rating?");
    expect(error.message).toContain("user, film, rating, time");
  });

  test("a folder of no known format", async () => {
    const error = await errorOf(withLog({ "x.csv": "a,b\n1,2\n" }, async () => {}, {}));
    expect(error).toMatchObject({ exitCode: 2, code: "log-format-unknown" });
    expect(error.message).toContain("x.csv has: a, b");
    expect(error.message).toContain("a user as user, user_id");
    expect(error.message).toContain("an item as item, item_id");
  });

  test("a folder of no known format, with a flag that reads it as it stands", async () => {
    const files = { "it's.csv": "asin,the one\n1,2\n", "b.csv": "sku,who is it\n1,2\n" };
    for (const [name, text] of Object.entries(files)) {
      const error = await errorOf(withLog({ [name]: text }, async () => {}, {}));
      const [, shown] = /--set 'log\.columns=(.*)' \(rating/.exec(error.message)!;
      const columns = parse(shown!.replaceAll("'\\''", "'")) as LogRecipe["columns"];
      expect(columns!.interactions.item).toBe(text.slice(0, text.indexOf(",")));
      const one = async (log: OpenLog): Promise<void> => expect(log.counts.interactions).toBe(1);
      await withLog({ [name]: text }, one, { columns });
    }
  });

  test("csv without columns, showing the header", async () => {
    const error = await errorOf(
      withLog({ "x.csv": "a,b\n1,2\n" }, async () => {}, { format: "csv" }),
    );
    expect(error).toMatchObject({ exitCode: 2, code: "log-columns-missing" });
    expect(error.message).toContain("x.csv has: a, b");
  });

  test.each([
    ["no bytes", ""],
    ["a header alone", header],
  ])("an empty log: %s", async (_name, content) => {
    const error = await errorOf(withLog({ "ratings.csv": content }, async () => {}));
    expect(error).toMatchObject({ exitCode: 3, code: "log-empty" });
  });

  test("items in another encoding, naming file, line and byte", async () => {
    const columns = { ...plainColumns, items: { file: "items.csv", id: "id", title: "t" } };
    const items = Buffer.from("id,t\n1,Amélie\n", "latin1");
    const error = await errorOf(
      withLog({ "ratings.csv": `${header}a,1,1,1\n`, "items.csv": items }, async () => {}, {
        columns,
      }),
    );
    expect(error).toMatchObject({ exitCode: 3, code: "log-encoding", where: "items.csv:2" });
    expect(error.message).toContain("byte offset 9");
    expect(error.message).toContain("iconv -f");
  });

  test("interactions in another encoding, naming file, line and byte", async () => {
    const text = Buffer.from(`${header}a,i,1,1\né,i,1,1\n`, "latin1");
    const error = await errorOf(withLog({ "ratings.csv": text }, async () => {}));
    expect(error).toMatchObject({
      exitCode: 3,
      code: "log-too-many-rejects",
      where: "ratings.csv:3",
    });
    expect(error.message).toContain("invalid-utf8 at byte offset 30");
    expect(error.message).toContain("iconv");
  });

  test("an aborted run", async () => {
    const error = await withFiles({ "ratings.csv": header + good(3) }, (dir) =>
      errorOf(
        openLog(
          logSchema.parse({ path: ".", columns: plainColumns }),
          openOptions(dir, { signal: AbortSignal.abort() }),
        ),
      ),
    );
    expect(error).toMatchObject({ exitCode: 130 });
  });

  test("unknown keys of the recipe", () => {
    const columns = { interactions: { ...plainColumns.interactions, ratng: "rating" } };
    expect(logSchema.safeParse({ path: ".", columns }).success).toBe(false);
  });
});
