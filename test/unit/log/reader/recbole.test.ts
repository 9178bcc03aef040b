import { describe, expect, test } from "vitest";
import { collect, errorOf, rowsOf, withLog } from "../open-texts.ts";

describe("recbole", () => {
  test("reads .inter and .item by their typed headers, and leaves .user", async () => {
    await withLog(
      {
        "ml.inter":
          "user_id:token\titem_id:token\trating:float\ttimestamp:float\nu1\ti1\t4.5\t8.8E8\nu1\ti2\tx\t1\n",
        "ml.item":
          'item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\ni1\tToy "Story"\t1995\tAnimation Comedy\n',
        "ml.user": "user_id:token\tage:token\nu1\t20\n",
      },
      async (log) => {
        expect([log.reader, log.hasTime, log.hasRating]).toEqual(["recbole", true, true]);
        expect(await rowsOf(log, "FROM interactions")).toEqual([
          ["u1", "i1", "880000000", 4.5, "0"],
        ]);
        expect(await rowsOf(log, "SELECT id, title, year, genres FROM items")).toEqual([
          ["i1", 'Toy "Story"', 1995, ["Animation", "Comedy"]],
        ]);
        expect((await collect(log.rejects())).map((r) => [r.line, r.reason])).toEqual([
          [3, "bad-rating"],
        ]);
        expect(log.inputs.map((i) => i.file)).toEqual(["ml.inter", "ml.item"]);
      },
      { maxRejects: 1 },
    );
  });

  test("unrolls the item lists of sequential files: each user's longest, in order, without times", async () => {
    const head = "user_id:token\titem_id_list:token_seq\titem_id:token\n";
    await withLog(
      {
        "s.train.inter": `${head}u1\ta\tb\nu2\tx\ty\nu1\ta b\tc\n`,
        "s.valid.inter": `${head}u1\ta b c\td\n`,
      },
      async (log) => {
        expect([log.hasTime, log.hasRating]).toEqual([false, false]);
        expect(await rowsOf(log, `SELECT "user", item, "time" FROM interactions`)).toEqual([
          ["u1", "a", null],
          ["u1", "b", null],
          ["u1", "c", null],
          ["u1", "d", null],
          ["u2", "x", null],
          ["u2", "y", null],
        ]);
        expect(log.notes.map((n) => [n.code, n.count])).toEqual([["sequences-unrolled", 2]]);
      },
      {},
    );
  });

  test("names the columns of a file without items", async () => {
    const error = await errorOf(
      withLog({ "a.inter": "user_id:token\tx:float\n" }, async () => {}, {}),
    );
    expect(error).toMatchObject({ exitCode: 2, where: "a.inter:1" });
    expect(error.message).toContain("x:float");
  });
});
