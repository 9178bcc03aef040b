import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkShots,
  compareShots,
  loadShotPool,
  makeShotChooser,
  readShots,
  shotPicks,
  type ShotRow,
} from "../../../src/dataset/shots.ts";
import { exampleOf } from "./small-log.ts";

function rowOf(user: string, time: number | null, history: string[] = ["matrix"]): ShotRow {
  return { id: `next-item/${user}/${time ?? 0}`, user, time, history, offset: 0, bytes: 0 };
}

const target = { id: "next-item/me/9", user: "me", time: 100, history: ["matrix", "tenet"] };
const chosen = (rows: ShotRow[], pick: (typeof shotPicks)[number], k = 2, of = target) =>
  makeShotChooser(rows.toSorted(compareShots), { k, pick, seed: 1 })(of).map(({ user }) => user);

describe("makeShotChooser", () => {
  it.each(shotPicks)("%s: k other users at most once each, none later than the target", (pick) => {
    const users = fc.constantFrom("me", "a", "b", "c", "d");
    const items = fc.subarray(["matrix", "tenet", "joker"], { minLength: 1 });
    const row = fc
      .tuple(users, fc.integer({ min: 90, max: 110 }), items)
      .map(([user, time, history]) => rowOf(user, time, history));
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (rows, k) => {
          const sorted = rows.toSorted(compareShots);
          const shots = makeShotChooser(sorted, { k, pick, seed: 1 })(target);
          const allowed = rows.filter(({ user, time }) => user !== "me" && time! <= 100);
          const fitting =
            pick === "similar"
              ? allowed.filter(({ history }) => history.some((i) => target.history.includes(i)))
              : allowed;
          expect(shots.filter((shot) => !fitting.includes(shot))).toEqual([]);
          const others = new Set(fitting.map(({ user }) => user));
          expect(new Set(shots.map(({ user }) => user)).size).toBe(shots.length);
          expect(shots).toHaveLength(Math.min(k, others.size));
        },
      ),
    );
  });

  it("takes the last before the target, the very time of the target included", () => {
    const rows = [rowOf("a", 50), rowOf("b", 100), rowOf("c", 101), rowOf("d", 90)];
    expect(chosen(rows, "recent")).toEqual(["b", "d"]);
  });

  it("takes who shares most, rare items before common ones", () => {
    const rows = [
      rowOf("a", 1, ["matrix"]),
      rowOf("b", 2, ["matrix"]),
      rowOf("c", 3, ["tenet"]),
      rowOf("d", 4, ["joker"]),
      rowOf("e", 5, ["matrix", "tenet"]),
      rowOf("f", 6, ["tenet", "joker", "up", "her"]),
    ];
    // N = 6; matrix in 3 rows, tenet in 3: e shares both; of single ones the later wins; f is diluted by √4.
    expect(chosen(rows, "similar", 3)).toEqual(["e", "c", "b"]);
    const rare = [...rows.filter(({ user }) => user !== "e"), rowOf("g", 7, ["her"])];
    expect(chosen(rare, "similar", 1, { ...target, history: ["her", "matrix"] })).toEqual(["g"]);
  });

  it("draws by the seed and the user alone", () => {
    const rows = Array.from({ length: 50 }, (_, i) => rowOf(`u${i}`, i));
    const draw = (seed: number, user: string): string[] =>
      makeShotChooser(rows, { k: 3, pick: "random", seed })({ ...target, user }).map((r) => r.id);
    expect(draw(1, "x")).toEqual(draw(1, "x"));
    expect(draw(1, "x")).not.toEqual(draw(2, "x"));
    expect(draw(1, "x")).not.toEqual(draw(1, "y"));
  });

  it("knows no later where the log has no time", () => {
    const rows = [rowOf("a", null), rowOf("b", null)];
    expect(chosen(rows, "recent", 5)).toEqual(["b", "a"]);
    expect(chosen(rows, "recent", 5, { ...target, time: null as unknown as number })).toHaveLength(
      2,
    );
  });
});

describe("checkShots", () => {
  const shot = exampleOf({ user: "other", time: 100 });

  it("lets other users' earlier examples pass", () => {
    expect(() => checkShots(target, [shot, { ...shot, time: null }])).not.toThrow();
  });

  it("refuses a shot of the same user, and a later one", () => {
    expect(() => checkShots(target, [{ ...shot, user: "me" }])).toThrow(/same user/);
    expect(() => checkShots(target, [{ ...shot, time: 101 }])).toThrow(/later than its target/);
  });
});

it("finds the lines of its tasks again, by wording and in the order of time", async () => {
  const dir = await mkdtemp(join(tmpdir(), "rectune-shots-"));
  try {
    const file = join(dir, "train.jsonl");
    const examples = [
      exampleOf({ id: "next-item/b/2", user: "b", time: 20 }),
      exampleOf({ id: "rating/b/2", task: "rating" }),
      exampleOf({ id: "next-item/한/1", user: "한", time: 10 }),
      exampleOf({ id: "next-item/c/3", wording: "next-item/ko/lines@1" }),
    ];
    await writeFile(file, examples.map((example) => `${JSON.stringify(example)}\n`).join(""));
    const pool = await loadShotPool(file, ["next-item"]);
    expect([...pool.rows.keys()]).toEqual(["next-item/en/lines@1", "next-item/ko/lines@1"]);
    const rows = pool.rows.get("next-item/en/lines@1")!;
    expect(await readShots(pool, rows)).toEqual([examples[2], examples[0]]);
  } finally {
    await rm(dir, { recursive: true });
  }
});
