import { describe, expect, test } from "vitest";
import { yearOf } from "../../../../src/log/reader/movielens-fields.ts";
import { movielensReader } from "../../../../src/log/reader/movielens.ts";
import { collect, errorOf, rowsOf, withLog } from "../open-texts.ts";

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");

const raw = {
  "u.data": "1\t2\t5\t100\n2\t1\t3\t90\n",
  "u.genre": "unknown|0\nAction|1\nDrama|2\n\n",
  "u.item": latin1("1|Misérables, Les (1995)|01-Jan-1995||http://x|0|0|1\n2|Unknown||||1|1|0\n"),
};
const latest = {
  "ratings.csv": "userId,movieId,rating,timestamp\n1,2,4.5,100\n",
  "movies.csv":
    'movieId,title,genres\n1,"Heat, The (2013)",Action|Comedy\n2,Léon (1994),(no genres listed)\n',
};

describe("movielens, 100K layout", () => {
  test("reads ISO-8859-1 titles, years and genre flags", async () => {
    await withLog(
      raw,
      async (log) => {
        expect(log.reader).toBe("movielens");
        expect(log.license).toContain("may not be redistributed");
        expect(log.inputs.map((i) => i.file)).toEqual(["u.data", "u.genre", "u.item"]);
        expect(await rowsOf(log, `SELECT * EXCLUDE titles FROM items`)).toEqual([
          ["1", "Misérables, Les (1995)", 1995, ["Drama"], null, "0"],
          ["2", "Unknown", null, ["Action"], null, "1"],
        ]);
        expect(await rowsOf(log, "FROM interactions")).toEqual([
          ["1", "2", "100", 5, "0"],
          ["2", "1", "90", 3, "1"],
        ]);
      },
      {},
    );
  });

  test("rejects rows that are not four numbers", async () => {
    const data = "1\t2\t5\t100\n1\t2\t5\n1\t2\t5\t12.5\n1\t2\tgood\t100\n";
    await withLog(
      { ...raw, "u.data": data },
      async (log) => {
        expect((await collect(log.rejects())).map((r) => [r.line, r.reason])).toEqual([
          [2, "wrong-field-count"],
          [3, "bad-time"],
          [4, "bad-rating"],
        ]);
      },
      { maxRejects: 1 },
    );
  });

  test("names the file that a folder lacks", async () => {
    const error = await errorOf(
      withLog({ "u.data": raw["u.data"] }, async () => {}, { format: "movielens" }),
    );
    expect(error).toMatchObject({ exitCode: 2, code: "log-file-missing" });
    expect(error.message).toContain("u.item");
  });
});

describe("movielens, latest layout", () => {
  test("reads quoted titles, half stars and empty genre lists", async () => {
    await withLog(
      latest,
      async (log) => {
        expect(log.license).toContain("same licence");
        expect(await rowsOf(log, "SELECT id, title, year, genres FROM items")).toEqual([
          ["1", "Heat, The (2013)", 2013, ["Action", "Comedy"]],
          ["2", "Léon (1994)", 1994, []],
        ]);
        expect(await rowsOf(log, "FROM interactions")).toEqual([["1", "2", "100", 4.5, "0"]]);
      },
      {},
    );
  });

  test("refuses ISO-8859-1", async () => {
    const movies = latin1(latest["movies.csv"]);
    const error = await errorOf(withLog({ ...latest, "movies.csv": movies }, async () => {}, {}));
    expect(error).toMatchObject({ exitCode: 3, where: "movies.csv:3" });
  });
});

describe("movielens, tags and the layouts of 1M and 10M", () => {
  const ratings = "1::2::4.5::100\n1::1::3::90\nx::1\n";
  const films =
    "1::Misérables, Les (1995)::Drama|Musical\n2::Alien :: The Thing (1982)::(no genres listed)\n";
  const items = `SELECT id, title, year, genres, "text" FROM items`;

  test("1M is read as ISO-8859-1 and may not be passed on", async () => {
    await withLog(
      { "ratings.dat": ratings, "movies.dat": latin1(films), "users.dat": "1::F::1::10::48067\n" },
      async (log) => {
        expect([log.reader, log.redistribution]).toEqual(["movielens", "forbidden"]);
        expect(await rowsOf(log, items)).toEqual([
          ["1", "Misérables, Les (1995)", 1995, ["Drama", "Musical"], null],
          ["2", "Alien :: The Thing (1982)", 1982, [], null],
        ]);
        expect(log.counts).toMatchObject({ read: 3, rejected: { "wrong-field-count": 1 } });
      },
      { maxRejects: 1 },
    );
  });

  test("10M is read as UTF-8, with its tags", async () => {
    await withLog(
      { "ratings.dat": ratings, "movies.dat": films, "tags.dat": "1::1::a::b::5\n2::1::Sad::6\n" },
      async (log) => {
        expect(log.redistribution).toBe("allowed");
        expect((await rowsOf(log, items))[0]).toEqual([
          "1",
          "Misérables, Les (1995)",
          1995,
          ["Drama", "Musical"],
          "a::b, Sad",
        ]);
      },
      { maxRejects: 1 },
    );
  });

  test("tags of latest become text, the most given first, whatever their capitals", async () => {
    const tags = "userId,movieId,tag,timestamp\n1,1,slow,1\n2,1,Heist,2\n3,1,heist,3\n1,9,lost,4\n";
    await withLog(
      { ...latest, "tags.csv": tags },
      async (log) =>
        expect(await rowsOf(log, `SELECT id, "text" FROM items`)).toEqual([
          ["1", "Heist, slow"],
          ["2", null],
        ]),
      {},
    );
  });
});

test("detects its layouts only", () => {
  const file = (name: string, head = "") => ({ name, path: name, head });
  expect(movielensReader.detect([file("u.data"), file("u.item")])).toBe(1);
  expect(
    movielensReader.detect([file("ratings.csv", latest["ratings.csv"]), file("movies.csv")]),
  ).toBe(1);
  expect(movielensReader.detect([file("ratings.csv", "user,film\n"), file("movies.csv")])).toBe(0);
});

test.each([
  ["Heat (1995)", 1995],
  ["Fawlty Towers (1975-1979)", 1975],
  ["2001: A Space Odyssey", null],
  ["(500) Days of Summer", null],
])("yearOf %s", (title, year) => expect(yearOf(title)).toBe(year));
